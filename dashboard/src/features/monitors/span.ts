import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';

import { shownNow } from '@/lib/shownClock';
import { isoOf, useZone } from '@/lib/time';
import type { Span } from './queries';

export const RANGES = ['1h', '24h', '7d', '30d', '90d', 'all', 'custom'] as const;
export type Range = (typeof RANGES)[number];
export const RANGE_NAMES: Record<Range, string> = {
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
  '90d': '90 d',
  all: 'All',
  custom: 'Custom',
};
const HOUR = 3600;
const SECONDS: Partial<Record<Range, number>> = {
  '1h': HOUR,
  '24h': 24 * HOUR,
  '7d': 7 * 24 * HOUR,
  '30d': 30 * 24 * HOUR,
  '90d': 90 * 24 * HOUR,
};

/** What one wants to see at first: about as much as has some dozens of readings. */
export function usualRange(intervalSeconds: number): Range {
  if (intervalSeconds <= 1800) return '24h';
  return intervalSeconds <= HOUR ? '7d' : '90d';
}

/** How many seconds a span takes, as of now; no more than the subject has been watched. */
export function secondsOf(span: Span, watchedSince: string, now: number): number {
  const until = span.until === null ? now : Math.min(now, Date.parse(span.until));
  const since = span.since();
  const first = Math.max(Date.parse(watchedSince), since === null ? 0 : Date.parse(since));
  return Math.max(0, until - first) / 1000;
}

export function spanOf(range: Range, from: string | null, to: string | null, now = shownNow): Span {
  if (range === 'custom') return { key: `${from}/${to}`, since: () => from, until: to };
  const seconds = SECONDS[range];
  const since = () =>
    seconds === undefined ? null : new Date(now() - seconds * 1000).toISOString();
  return { key: range, since, until: null };
}

/** Which stretch of time is looked at; it stands in the URL. */
export function useSpan(usual: Range) {
  const [chosen, choose] = useQueryStates({
    range: parseAsStringLiteral(RANGES),
    from: parseAsString,
    to: parseAsString,
  });
  const { name: zone } = useZone();
  const range = chosen.range ?? usual;
  return {
    range,
    from: chosen.from,
    to: chosen.to,
    span: spanOf(range, isoOf(chosen.from, zone), isoOf(chosen.to, zone)),
    choose: (next: Range) =>
      void choose({ range: next === usual ? null : next, ...(next !== 'custom' && EMPTY) }),
    between: (change: { from?: string | null; to?: string | null }) => void choose(change),
  };
}

const EMPTY = { from: null, to: null };
