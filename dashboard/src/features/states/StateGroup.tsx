import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useInfiniteQuery } from '@tanstack/react-query';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { Section } from '@/components/Section';
import { tableHeight } from '@/components/SimpleTable';
import type { AccountState } from '@/lib/api';
import { count, plural, words } from '@/lib/numbers';
import { statesQuery, type Shown } from './queries';
import { StateTable } from './StateTable';

interface StateGroupProps {
  state: Shown;
  total: number | undefined;
  isAlone: boolean;
  onAll: () => void;
  onErrors: (row: AccountState) => void;
}

const ABOUT: Record<Shown, string> = {
  error: 'A person is needed: the network has stopped the account, or its log-in has ended.',
  cooldown: 'The network asked for a long pause. It ends by itself.',
  warning: 'A short pause, or an error within the last hour. Work goes on.',
  active: 'Nothing stands in the way.',
};

/** How many are shown among the other states: of those that work, a few will do. */
const FIRST: Record<Shown, number> = { error: 20, cooldown: 20, warning: 20, active: 5 };

const NONE: Record<Shown, string> = {
  error: 'No account needs a person.',
  cooldown: 'No account cools down.',
  warning: 'No account has had trouble within the last hour.',
  active: 'No account is free to work.',
};

export function StateGroup(props: StateGroupProps) {
  const { state, total, isAlone, onAll, onErrors } = props;
  const limit = isAlone ? 100 : FIRST[state];
  const accounts = useInfiniteQuery(statesQuery(state, limit));
  const rows = accounts.data?.pages.flatMap((page) => page.items) ?? [];
  const none = (
    <Typography variant="body2" color="textSecondary" sx={{ px: 2, pb: 2 }}>
      {NONE[state]}
    </Typography>
  );
  return (
    <Section
      title={total === undefined ? words(state) : `${words(state)}, ${plural(total, 'account')}`}
      about={ABOUT[state]}
      flush
    >
      <AsyncContent
        query={accounts}
        skeleton={
          total === 0 ? (
            none
          ) : (
            <RowsSkeleton rows={3} height={tableHeight(Math.min(total ?? 0, limit), 44)} />
          )
        }
        isEmpty={() => rows.length === 0}
        empty={none}
      >
        {() => <StateTable state={state} rows={rows} onErrors={onErrors} />}
      </AsyncContent>
      {accounts.hasNextPage && (
        <Box sx={{ p: 1, textAlign: 'center' }}>
          {isAlone ? (
            <Button
              loading={accounts.isFetchingNextPage}
              onClick={() => void accounts.fetchNextPage()}
            >
              Show more
            </Button>
          ) : (
            <Button onClick={onAll}>
              {total === undefined ? 'Show all' : `Show all ${count(total)}`}
            </Button>
          )}
        </Box>
      )}
    </Section>
  );
}
