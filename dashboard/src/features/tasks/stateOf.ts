import type { Batch } from '@/lib/api';
import { endedOf, isOpenBatch } from '@/lib/tasks';

/** A batch in one word. */
export function stateOf(batch: Batch): 'pending' | 'running' | 'completed' | 'failed' {
  if (!isOpenBatch(batch)) return batch.counts.failed > 0 ? 'failed' : 'completed';
  return batch.counts.running > 0 || endedOf(batch) > 0 ? 'running' : 'pending';
}
