import Box from '@mui/material/Box';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import type { Batch } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { endedOf } from '@/lib/tasks';
import { useCancelBatch } from '../actions';

interface CancelDialogProps {
  batch: Batch;
  onClose: () => void;
}

/** Says of each part of the batch what cancelling does to it. */
export function CancelDialog({ batch, onClose }: CancelDialogProps) {
  const cancel = useCancelBatch();
  const { pending, running } = batch.counts;
  const ended = endedOf(batch);
  return (
    <ConfirmDialog
      open
      title="Cancel the batch?"
      confirm="Cancel the batch"
      dismiss="Keep it going"
      isDangerous
      isBusy={cancel.isPending}
      onConfirm={() => cancel.mutate(batch, { onSettled: onClose })}
      onClose={onClose}
    >
      <Box component="ul" sx={{ m: 0, pl: 2.5, display: 'grid', gap: 0.75 }}>
        {pending > 0 && (
          <li>{plural(pending, 'waiting task')} will fail at once, with the reason “cancelled”.</li>
        )}
        {running > 0 && (
          <li>
            {plural(running, 'running task')} will be asked to end, and end where they next report.
            What they have done by then stays done.
          </li>
        )}
        {ended > 0 && <li>{plural(ended, 'task')} that ended before stay as they are.</li>}
        <li>“Retry failed” lets the cancelled ones begin again.</li>
      </Box>
    </ConfirmDialog>
  );
}
