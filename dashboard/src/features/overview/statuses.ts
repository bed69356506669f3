import type { Model } from '@/lib/api';

export type Counts = Model<'StatusCounts'>;
export type Status = keyof Counts;

/** From the bottom of a bar to its top, with the colour of each. */
export const STATUSES: { status: Status; label: string; colour: string }[] = [
  { status: 'success', label: 'Success', colour: 'success.main' },
  { status: 'skipped', label: 'Skipped', colour: 'secondary.main' },
  { status: 'dedupe_hit', label: 'Done before', colour: 'primary.main' },
  { status: 'retry', label: 'Retry', colour: 'warning.main' },
  { status: 'failed', label: 'Failed', colour: 'error.main' },
  { status: 'unknown', label: 'Unknown', colour: 'text.primary' },
];

export function totalOf(rows: readonly Counts[], status: Status): number {
  return rows.reduce((sum, row) => sum + row[status], 0);
}

/** The upper end of an axis: 1, 2 or 5 times a power of ten, and even, so that half of it is whole. */
export function niceCeiling(largest: number): number {
  if (largest <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 4, 5, 10].find((factor) => factor * power >= largest) ?? 10;
  const top = step * power;
  return top % 2 === 0 ? top : top + 1;
}
