import type { Model } from '@/lib/api';
import type { Metric } from './reading';

export type Counts = Partial<Record<Metric, number | null>>;

/** One place of a course: a reading with all its counts, or one count of an hour or a day. */
export interface Point {
  at: string;
  counts: Counts;
  /** Of an hour or a day: its lowest and highest, and how many readings stand behind it. */
  low?: number;
  high?: number;
  n: number;
  source: string | null;
}

/** What was read over time, the oldest first. */
export interface Course {
  by: 'reading' | 'hour' | 'day';
  points: Point[];
  /** There is more before it than is shown. */
  isCut: boolean;
}

export function pointsOf(items: readonly Model<'HistoryItem'>[]): Point[] {
  return items
    .map((item) => ({ at: item.recorded_at, counts: item, n: 1, source: item.source }))
    .reverse();
}

export function rolledPoints(items: readonly Model<'RollupRead'>[]): Point[] {
  return items.map((one) => ({
    at: one.start,
    counts: { [one.metric as Metric]: one.last },
    low: one.min,
    high: one.max,
    n: one.count,
    source: null,
  }));
}

export interface Dot {
  at: Date;
  value: number | null;
}

/** A line is broken where nothing was read for more than two intervals: what was in between nobody knows. */
export function dotsOf(course: Course, metric: Metric, intervalSeconds: number): Dot[] {
  const step = { reading: intervalSeconds, hour: 3600, day: 86_400 }[course.by];
  const most = (2 * Math.max(step, intervalSeconds) + 30) * 1000;
  const dots: Dot[] = [];
  for (const { at, counts } of course.points) {
    const now = new Date(at);
    const before = dots.at(-1);
    if (before && now.getTime() - before.at.getTime() > most)
      dots.push({ at: new Date((now.getTime() + before.at.getTime()) / 2), value: null });
    dots.push({ at: now, value: counts[metric] ?? null });
  }
  return dots;
}

/** How far each reading is from the one before that knows the count; the first has none. */
export function changesOf(points: readonly Point[], metric: Metric): (number | null)[] {
  let before: number | null = null;
  return points.map(({ counts }) => {
    const value = counts[metric] ?? null;
    if (value === null) return null;
    const change = before === null ? null : value - before;
    before = value;
    return change;
  });
}

export interface Line {
  name: string;
  points: readonly Model<'ComparedPoint'>[];
}

/** Lines over the same moments, as a chart wants them; each by itself, or each beginning at 0 %. */
export function togetherOf(
  lines: readonly Line[],
  as: 'count' | 'percent',
): { at: Date[]; values: (number | null)[][] } {
  const moments = [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))];
  const at = moments.sort((one, other) => Date.parse(one) - Date.parse(other));
  const place = new Map(at.map((one, index) => [one, index]));
  const values = lines.map(({ points }) => {
    const line = Array.from<number | null>({ length: at.length }).fill(null);
    const first = points[0]?.value;
    for (const { at: moment, value } of points) {
      const share = first ? ((value - first) / first) * 100 : null;
      line[place.get(moment) ?? 0] = as === 'count' ? value : share;
    }
    return line;
  });
  return { at: at.map((one) => new Date(one)), values };
}
