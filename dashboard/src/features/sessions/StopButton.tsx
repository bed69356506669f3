import Button from '@mui/material/Button';
import StopCircle from '@mui/icons-material/StopCircleOutlined';

import type { EngagementSession } from '@/lib/api';
import { useCan } from '@/lib/queries/me';
import { useStopSession } from './actions';
import { isOpen } from './queries';

interface StopButtonProps {
  session: EngagementSession;
  onAsked?: (session: EngagementSession) => void;
}

/** Asks the session to end, and says how far that is: asked, stopping, and then it is gone. */
export function StopButton({ session, onAsked }: StopButtonProps) {
  const stop = useStopSession();
  const canStop = useCan('sessions:control');
  if (!canStop || !isOpen(session.status)) return null;
  const isEnding = session.status === 'stopping' || session.desired_state === 'stopped';
  const label = isEnding ? 'Stopping' : stop.isPending ? 'Asked to stop' : 'Stop';
  return (
    <Button
      variant="outlined"
      startIcon={<StopCircle />}
      disabled={stop.isPending || isEnding}
      onClick={() => {
        onAsked?.(session);
        stop.mutate(session);
      }}
      aria-label={label === 'Stop' ? `Stop ${session.account}` : undefined}
    >
      {label}
    </Button>
  );
}
