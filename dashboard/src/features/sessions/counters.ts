import type { EngagementSession } from '@/lib/api';

export type Counters = EngagementSession['counters'];

export interface CounterRow {
  action: string;
  done: number;
  skipped: number;
  failed: number;
  unknown: number;
}

const add = (counts: Record<string, number>, ...names: string[]) =>
  names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);

/** Visits come last: a visit that was skipped is a person who was passed by before any act. */
export function counterRows(counters: Counters): CounterRow[] {
  return Object.entries(counters)
    .map(([action, counts]) => ({
      action,
      done: add(counts, 'success'),
      skipped: add(counts, 'skipped', 'dedupe_hit'),
      failed: add(counts, 'failed', 'retry'),
      unknown: add(counts, 'unknown'),
    }))
    .sort((one, other) => rank(one.action) - rank(other.action));
}

export function totalOf(counters: Counters): Omit<CounterRow, 'action'> {
  const sum = { done: 0, skipped: 0, failed: 0, unknown: 0 };
  for (const row of counterRows(counters)) {
    sum.done += row.done;
    sum.skipped += row.skipped;
    sum.failed += row.failed;
    sum.unknown += row.unknown;
  }
  return sum;
}

const ORDER = ['follow', 'like', 'comment', 'view', 'other'];

function rank(action: string): number {
  const at = ORDER.indexOf(action);
  return at === -1 ? ORDER.length : at;
}
