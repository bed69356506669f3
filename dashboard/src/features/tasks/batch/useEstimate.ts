import { useState } from 'react';

import type { Batch } from '@/lib/api';
import { endedOf, isOpenBatch } from '@/lib/tasks';

interface Seen {
  id: string;
  at: number;
  ended: number;
}

/** When the batch will be done at the pace that was seen since the page was opened; null before that is known. */
export function useEstimate(batch: Batch): string | null {
  const [now, setNow] = useState<Seen>(() => seen(batch));
  const [first, setFirst] = useState<Seen>(now);
  if (now.id !== batch.id || now.ended > endedOf(batch)) {
    const next = seen(batch);
    setFirst(next);
    setNow(next);
  } else if (now.ended !== endedOf(batch)) setNow(seen(batch));
  return isOpenBatch(batch) ? estimate(first, now, batch.size) : null;
}

function seen(batch: Batch): Seen {
  return { id: batch.id, at: Date.now(), ended: endedOf(batch) };
}

/** From two looks at it. */
export function estimate(
  first: Omit<Seen, 'id'>,
  last: Omit<Seen, 'id'>,
  size: number,
): string | null {
  const done = last.ended - first.ended;
  if (done <= 0 || last.at <= first.at) return null;
  const each = (last.at - first.at) / done;
  return new Date(last.at + each * (size - last.ended)).toISOString();
}
