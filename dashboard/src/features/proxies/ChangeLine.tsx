import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import { plural } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useDecide } from './actions';
import type { Change } from './queries';

/** One planned change where there is little room. */
export function ChangeLine({ change }: { change: Change }) {
  return (
    <Box
      sx={{ display: 'grid', gap: 0.5, p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <StateChip state={change.state} />
        <Typography variant="body2" sx={{ flex: 1 }}>
          {whereTo(change)}
        </Typography>
        <Verdict change={change} />
      </Box>
      <Typography variant="caption" color="textSecondary">
        {change.reason} · <Ago at={change.proposed_at} /> by {change.proposed_by}
        {change.note !== null && ` · ${change.note}`}
      </Typography>
    </Box>
  );
}

export function whereTo(change: Change): string {
  const whom =
    change.account_ids === null ? 'All its accounts' : plural(change.account_ids.length, 'account');
  const where = change.to_proxy_id === null ? 'its pool' : `proxy ${change.to_proxy_id}`;
  return `${whom} to ${where}`;
}

/** The buttons of a change that nobody has decided about. */
export function Verdict({ change }: { change: Change }) {
  const decide = useDecide();
  const canWrite = useCan('accounts:write');
  if (change.state !== 'proposed' || !canWrite) return null;
  const isBusy = (verb: string) => decide.isPending && decide.variables.verb === verb;
  return (
    <Box sx={{ display: 'flex', gap: 0.5 }}>
      <Button
        variant="outlined"
        loading={isBusy('approve')}
        aria-label={`Approve change ${change.id}`}
        onClick={() => decide.mutate({ change, verb: 'approve' })}
      >
        Approve
      </Button>
      <Button
        color="error"
        loading={isBusy('refuse')}
        aria-label={`Refuse change ${change.id}`}
        onClick={() => decide.mutate({ change, verb: 'refuse' })}
      >
        Refuse
      </Button>
    </Box>
  );
}
