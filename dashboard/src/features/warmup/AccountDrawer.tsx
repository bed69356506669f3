import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { Meter } from '@/components/Meter';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Countdown, Moment } from '@/components/Time';
import { useCan } from '@/lib/queries/me';
import { useStart } from './actions';
import { Next } from './columns';
import { PhaseItem } from './PhaseItem';
import { type Row, rowQuery } from './queries';

interface AccountDrawerProps {
  id: string | null;
  /** What the list has of it already. */
  known: Row | undefined;
  onClose: () => void;
}

/** One account on its way: its five phases, what each was given and why, and what can be done. */
export function AccountDrawer({ id, known, onClose }: AccountDrawerProps) {
  const query = useQuery({ ...rowQuery(id), placeholderData: known });
  const row = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      width={560}
      title={row ? row.login : 'Account'}
      about={row ? (row.persona?.name ?? 'No persona') : '\u00a0'}
      actions={row?.lifecycle === 'ready' ? <StartButton row={row} /> : undefined}
    >
      <AsyncContent query={query}>{(found) => <Detail row={found} />}</AsyncContent>
    </DetailDrawer>
  );
}

function Detail({ row }: { row: Row }) {
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      {row.hold && (
        <Alert severity="warning">
          It is held: {row.hold.reason}
          {row.hold.until && (
            <>
              {' '}
              It goes on in <Countdown until={row.hold.until} over="a moment" />.
            </>
          )}
        </Alert>
      )}
      {row.lifecycle === 'ready' && row.persona === null && (
        <Alert
          severity="info"
          action={<TextLink to={`/accounts/${row.account_id}`}>Give it one</TextLink>}
        >
          An account without a persona has no pools to be given content from.
        </Alert>
      )}
      <Box sx={{ display: 'grid', gap: 0.75 }}>
        <Meter
          label="Progress of the warm-up"
          value={row.progress_percent}
          max={100}
          tone={row.progress_percent === 100 ? 'success' : 'primary'}
          text={`${row.progress_percent} %`}
        />
        <Facts
          facts={{
            Stage: <StateChip state={row.lifecycle} />,
            Next: <Next row={row} />,
            'Next available': row.next_available_at ? (
              <Moment at={row.next_available_at} precision="minute" />
            ) : undefined,
            With: row.held_by ? (
              <>
                {row.held_by}, for <Countdown until={row.held_until} over="a moment" /> more
              </>
            ) : undefined,
            Account: <TextLink to={`/accounts/${row.account_id}`}>{row.account_no}</TextLink>,
          }}
        />
      </Box>
      <Box component="ol" aria-label="Phases" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {row.phases.map((step) => (
          <PhaseItem key={step.phase} step={step} row={row} />
        ))}
      </Box>
    </Box>
  );
}

function StartButton({ row }: { row: Row }) {
  const start = useStart();
  if (!useCan('warmup:write') || row.persona === null) return null;
  return (
    <Button
      variant="contained"
      loading={start.isPending}
      onClick={() => start.mutate([row.account_id])}
    >
      Start warm-up
    </Button>
  );
}
