import { shownNow } from './shownClock';

/** In days; an empty text is for what has no end. */
export type Lifetime = [days: string, label: string];

export const LIFETIMES: Lifetime[] = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Without an end'],
];

export const endAfter = (days: string) =>
  days === '' ? null : new Date(shownNow() + Number(days) * 86_400_000).toISOString();
