import Box from '@mui/material/Box';

import { StateChip } from '@/components/StateChip';
import { Ago, Countdown } from '@/components/Time';
import type { Monitor } from './queries';
import { intervalName } from './reading';

/** When its numbers were read, and a mark where they are older than they should be. */
export function LastRead({ monitor }: { monitor: Monitor }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1 }}>
      <Ago at={monitor.last_success_at} none="not yet" />
      {monitor.stale && <StateChip state="stale" hint={whyStale(monitor)} />}
    </Box>
  );
}

/** When it is read next; why not, where something is in the way. */
export function NextRead({ monitor }: { monitor: Monitor }) {
  if (monitor.status !== 'active') return '–';
  if (monitor.waiting_why !== null)
    return <StateChip state="pending" label="Waits" hint={monitor.waiting_why} />;
  if (monitor.is_running) return 'now';
  return <Countdown until={monitor.next_due_at} over="now" />;
}

export function whyStale({ last_error, status, interval_seconds }: Monitor): string {
  if (last_error !== null) return last_error.message;
  if (status !== 'active') return 'It is not read while it is paused or stopped.';
  return `Nothing was read for longer than it should be: ${intervalName(interval_seconds).toLowerCase()}.`;
}
