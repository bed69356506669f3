import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Countdown, Moment } from '@/components/Time';
import { count, words } from '@/lib/numbers';
import { stateQuery } from './queries';

interface ErrorsDrawerProps {
  id: string | null;
  onClose: () => void;
}

/** The last 100 errors of one account, the newest first. */
export function ErrorsDrawer({ id, onClose }: ErrorsDrawerProps) {
  const number = Number(id);
  const isAsked = Number.isInteger(number) && number > 0;
  const state = useQuery({ ...stateQuery(number), enabled: isAsked });
  const row = state.data;
  return (
    <DetailDrawer
      open={isAsked}
      onClose={onClose}
      width={560}
      title={row ? `Errors of ${row.account}` : 'Errors'}
      about={row && <StateChip state={row.paused ? 'paused' : row.state} />}
    >
      <AsyncContent
        query={state}
        isEmpty={(found) => found === null || found.recent_errors.length === 0}
        empty="No errors are kept of this account."
      >
        {(found) =>
          found && (
            <Box sx={{ display: 'grid', gap: 2 }}>
              <Facts
                facts={{
                  Account: (
                    <TextLink to={`/accounts/${found.account_id}`}>{found.account}</TextLink>
                  ),
                  Health: words(found.health),
                  'Goes on in': found.seconds_left ? (
                    <Countdown until={found.cooldown_until ?? found.backoff_until} />
                  ) : undefined,
                  'Rate limits in a row': count(found.consecutive_rate_limits),
                  'By class': Object.entries(found.errors_by_class)
                    .map(([name, number]) => `${words(name)} ${count(number)}`)
                    .join(', '),
                }}
              />
              <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }} aria-label="Errors">
                {found.recent_errors.map((error, at) => (
                  <Box
                    component="li"
                    key={`${error.at}-${at}`}
                    sx={{ py: 1, borderTop: 1, borderColor: 'divider', fontSize: '0.8125rem' }}
                  >
                    <Box sx={{ display: 'flex', gap: 1, justifyContent: 'space-between' }}>
                      <strong>
                        {words(error.failure)}, {words(error.phase).toLowerCase()}
                        {error.action && `, ${error.action}`}
                      </strong>
                      <Moment at={error.at} />
                    </Box>
                    <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
                      {error.message}
                    </Box>
                    {error.session_id && (
                      <TextLink to={`/sessions/${error.session_id}`}>Session</TextLink>
                    )}
                  </Box>
                ))}
              </Box>
            </Box>
          )
        }
      </AsyncContent>
    </DetailDrawer>
  );
}
