import type { Batch } from '@/lib/api';
import { endedOf, isOpenBatch } from '@/lib/tasks';

/** A batch in one word. */
export function stateOf(
  batch: Batch,
): 'pending' | 'running' | 'completed' | 'partly_failed' | 'failed' {
  const { completed, failed } = batch.counts;
  if (!isOpenBatch(batch)) {
    if (failed === 0) return 'completed';
    return completed > 0 ? 'partly_failed' : 'failed';
  }
  return batch.counts.running > 0 || endedOf(batch) > 0 ? 'running' : 'pending';
}
