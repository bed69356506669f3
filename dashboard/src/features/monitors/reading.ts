import type { Model } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { duration } from '@/lib/time';

export type Kind = Model<'MonitorKind'>;
export type Metric = (typeof METRICS)[Kind][number];
export type IntervalName = (typeof INTERVALS)[number]['value'];

/** The counts of each kind, the one that matters most first. */
export const METRICS = {
  influencer: ['follower_count', 'following_count', 'post_count'],
  post: ['like_count', 'comment_count', 'play_count'],
} as const;

const METRIC_NAMES: Record<Metric, string> = {
  follower_count: 'Followers',
  following_count: 'Following',
  post_count: 'Posts',
  like_count: 'Likes',
  comment_count: 'Comments',
  play_count: 'Plays',
};
export const metricName = (metric: string): string =>
  METRIC_NAMES[metric as Metric] ?? words(metric.replace(/_count$/, ''));

/** The count that is asked for, where the kind has it; else the kind's first. */
export function metricOf(kind: Kind, wanted: string | null): Metric {
  const known: readonly Metric[] = METRICS[kind];
  return known.find((one) => one === wanted) ?? METRICS[kind][0];
}

export const KIND_NAMES: Record<Kind, string> = { influencer: 'Person', post: 'Post' };

export const INTERVALS = [
  { value: '30s', label: 'Every 30 seconds', seconds: 30 },
  { value: '30m', label: 'Every 30 minutes', seconds: 1800 },
  { value: '1h', label: 'Every hour', seconds: 3600 },
  { value: '1d', label: 'Every day', seconds: 86_400 },
  { value: '7d', label: 'Every week', seconds: 604_800 },
] as const;

export const intervalName = (seconds: number): string =>
  INTERVALS.find((one) => one.seconds === seconds)?.label ?? `Every ${duration(seconds)}`;

/** How often a month has a reading, for those who pay for each. */
export const readingsAMonth = (seconds: number): number => Math.ceil((30 * 86_400) / seconds);

type Named = Pick<Model<'MonitorRead'>, 'kind' | 'subject'> & { name?: string | null };
/** `@harbour_lights`, or the shortcode of a post. */
export const subjectName = ({ kind, subject, name }: Named): string =>
  kind === 'influencer' ? `@${name ?? subject}` : subject;

const SOURCE_NAMES: Record<string, string> = { tikhub: 'TikHub', graph: 'Graph API' };
export const sourceName = (source: string): string => SOURCE_NAMES[source] ?? words(source);

const POST = /(?:^|\/)(?:p|reel|reels|tv)\/([A-Za-z0-9_-]{5,64})/;
const ADDRESS = /^(?:https?:\/\/)?(?:www\.|m\.)?[\w.-]+(?::\d+)?\/(.*)$/i;
const HANDLE = /^@?[A-Za-z0-9._]{1,30}$/;

/**
 * Whether a text names a person or a post, and how the server wants it; null where nobody can tell.
 * A bare word is a handle: whoever means a shortcode says so.
 */
export function subjectOf(text: string): { kind: Kind; subject: string } | null {
  const said = text.trim();
  if (POST.test(said)) return { kind: 'post', subject: said };
  const path = ADDRESS.exec(said)?.[1]?.split(/[/?#]/)[0];
  if (path !== undefined)
    return HANDLE.test(path) ? { kind: 'influencer', subject: path.replace(/^@/, '') } : null;
  return HANDLE.test(said) ? { kind: 'influencer', subject: said.replace(/^@/, '') } : null;
}

/** `+120`, `−3`, `0`: a change always says its direction. */
export function signed(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${count(value)}` : `−${count(-value)}`;
}

/** `+1.2 %` of what is in percent already; a dash where it began at nothing. */
export function grown(percent: number | null | undefined): string {
  if (percent === null || percent === undefined) return '–';
  const size = Math.abs(percent);
  // Of millions a small part is many, so the first digits that say anything are shown.
  const shown = size.toFixed(size >= 1 ? 1 : size >= 0.01 ? 2 : 4);
  if (Number(shown) === 0) return '0 %';
  return `${percent > 0 ? '+' : '−'}${shown} %`;
}

/** `+120 (+1.2 %) in 24 h, n 48`: how far a count has come, and from how many readings that is known. */
export function growthText(
  growth: Pick<Model<'GrowthRead'>, 'change' | 'percent' | 'n'> | undefined,
  span: string,
): string {
  if (growth === undefined) return `${span}: too few readings`;
  // The server rounds to a thousandth; what is less than that is left to the number itself.
  const share = growth.percent ? ` (${grown(growth.percent)})` : '';
  return `${span}: ${signed(growth.change)}${share}, n ${count(growth.n)}`;
}

export const dollars = (value: number): string =>
  new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    // A call costs a fraction of a cent, and a month of few calls is not nothing.
    maximumFractionDigits: value > 0 && value < 1 ? 3 : 2,
  }).format(value);

type Spend = Pick<Model<'SpendRead'>, 'limit' | 'spent' | 'projected' | 'is_spent'>;
/** How this month's money stands. */
export function spendState({ limit, projected, is_spent }: Spend): 'fine' | 'short' | 'spent' {
  if (is_spent) return 'spent';
  return limit !== null && projected > limit ? 'short' : 'fine';
}

export const READINGS_A_PAGE = 1000;
export const PAGES_OF_READINGS = 3;

/** Readings as long as a chart can show each of them; above that what an hour or a day came to. */
export function resolutionOf(
  spanSeconds: number,
  intervalSeconds: number,
): 'reading' | 'hour' | 'day' {
  if (spanSeconds / intervalSeconds <= READINGS_A_PAGE * PAGES_OF_READINGS) return 'reading';
  return spanSeconds <= 42 * 86_400 ? 'hour' : 'day';
}
