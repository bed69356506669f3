import Box from '@mui/material/Box';

import { api, type Batch, data } from '@/lib/api';
import { count, plural } from '@/lib/numbers';
import { endedOf, isOpenBatch } from '@/lib/tasks';
import { useAction } from '@/lib/useAction';
import { ConfirmDialog } from './ConfirmDialog';

interface CancelBatchDialogProps {
  batches: Batch[];
  onClose: () => void;
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);

/** Says of each part of the batches what cancelling does to it. */
export function CancelBatchDialog({ batches, onClose }: CancelBatchDialogProps) {
  const cancel = useCancel();
  const pending = sum(batches.map(({ counts }) => counts.pending));
  const running = sum(batches.map(({ counts }) => counts.running));
  const ended = sum(batches.map(endedOf));
  const what = batches.length === 1 ? 'the batch' : plural(batches.length, 'batch', 'batches');
  return (
    <ConfirmDialog
      open
      title={`Cancel ${what}?`}
      confirm={`Cancel ${what}`}
      dismiss="Let it go on"
      isDangerous
      isBusy={cancel.isPending}
      onConfirm={() => cancel.mutate(batches.filter(isOpenBatch), { onSettled: onClose })}
      onClose={onClose}
    >
      <Box component="ul" sx={{ m: 0, pl: 2.5, display: 'grid', gap: 0.75 }}>
        {pending > 0 && (
          <li>
            <strong>{count(pending)} waiting:</strong> will not run, and end as failed with the
            reason “cancelled”.
          </li>
        )}
        {running > 0 && (
          <li>
            <strong>{count(running)} running:</strong> asked to end at the next step. What is done
            by then stays done.
          </li>
        )}
        {ended > 0 && (
          <li>
            <strong>{count(ended)} ended:</strong> left as they are.
          </li>
        )}
        <li>“Retry failed” on the batch’s page lets what was cancelled begin again.</li>
      </Box>
    </ConfirmDialog>
  );
}

function useCancel() {
  return useAction({
    run: (batches: Batch[]) =>
      Promise.all(
        batches.map(({ id }) =>
          data(api.POST('/api/batches/{batch_id}/cancel', { params: { path: { batch_id: id } } })),
        ),
      ),
    done: (left) => {
      const running = sum(left.map(({ counts }) => counts.running));
      const what = left.length === 1 ? 'The batch is' : 'The batches are';
      return running > 0
        ? `${what} cancelled; what still runs ends at its next step.`
        : `${what} cancelled.`;
    },
    failed: 'Nothing was cancelled.',
    touches: ['tasks', 'batches', 'queue', 'accounts', 'audit'],
  });
}
