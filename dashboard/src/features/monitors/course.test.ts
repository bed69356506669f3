import { describe, expect, it } from 'vitest';

import { changesOf, type Course, dotsOf, pointsOf, rolledPoints, togetherOf } from './course';
import { secondsOf, spanOf, usualRange } from './span';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 9, 0, second)).toISOString();
const reading = (second: number, follower_count: number | null) => ({
  recorded_at: at(second),
  follower_count,
  source: 'tikhub',
});

describe('pointsOf', () => {
  it('turns the newest first into the oldest first, and keeps what is not known', () => {
    const points = pointsOf([reading(30, null), reading(0, 5)]);
    expect(points.map((one) => one.counts.follower_count)).toEqual([5, null]);
    expect(points[0]).toMatchObject({ at: at(0), source: 'tikhub', n: 1 });
  });
});

describe('dotsOf', () => {
  const course = (...items: ReturnType<typeof reading>[]): Course => ({
    by: 'reading',
    points: pointsOf(items.reverse()),
    isCut: false,
  });

  it('breaks the line where too long nothing was read', () => {
    const dots = dotsOf(
      course(reading(0, 1), reading(30, 2), reading(200, 3)),
      'follower_count',
      30,
    );
    expect(dots.map((dot) => dot.value)).toEqual([1, 2, null, 3]);
  });

  it('does not break it for one reading that came late', () => {
    const dots = dotsOf(course(reading(0, 1), reading(80, 2)), 'follower_count', 30);
    expect(dots.map((dot) => dot.value)).toEqual([1, 2]);
  });

  it('knows that hours are an hour apart', () => {
    const items = [0, 3600].map((second) => ({
      start: at(second),
      metric: 'follower_count',
      min: 1,
      max: 3,
      first: 1,
      last: 2,
      count: 9,
    }));
    const points = rolledPoints(items);
    expect(points[0]).toMatchObject({ low: 1, high: 3, n: 9 });
    const hours: Course = { by: 'hour', points, isCut: false };
    expect(dotsOf(hours, 'follower_count', 30)).toHaveLength(2);
  });
});

describe('changesOf', () => {
  it('counts from the last reading that knew', () => {
    const points = pointsOf([reading(90, 9), reading(60, null), reading(30, 7), reading(0, 5)]);
    expect(changesOf(points, 'follower_count')).toEqual([null, 2, null, 2]);
  });
});

describe('togetherOf', () => {
  const lines = [
    {
      name: 'one',
      points: [
        { at: at(0), value: 100 },
        { at: at(60), value: 150 },
      ],
    },
    { name: 'other', points: [{ at: at(30), value: 8 }] },
  ];

  it('lays lines over all moments of any of them', () => {
    const { at: moments, values } = togetherOf(lines, 'count');
    expect(moments.map((one) => one.toISOString())).toEqual([at(0), at(30), at(60)]);
    expect(values).toEqual([
      [100, null, 150],
      [null, 8, null],
    ]);
  });

  it('lets each begin at nothing, so that small and large ones can be compared', () => {
    expect(togetherOf(lines, 'percent').values).toEqual([
      [0, null, 50],
      [null, 0, null],
    ]);
  });
});

describe('span', () => {
  const now = Date.parse(at(0));

  it('asks from where it stands at that moment', () => {
    let present = now;
    const span = spanOf('1h', null, null, () => present);
    expect(span.since()).toBe('2026-11-21T08:00:00.000Z');
    present += 60_000;
    expect(span.since()).toBe('2026-11-21T08:01:00.000Z');
  });

  it('is no longer than the subject was watched', () => {
    const span = spanOf('7d', null, null, () => now);
    expect(secondsOf(span, '2026-11-21T08:00:00Z', now)).toBe(3600);
    expect(secondsOf(span, '2020-01-01T00:00:00Z', now)).toBe(7 * 86_400);
  });

  it('begins with what has some readings', () => {
    expect([30, 3600, 604_800].map(usualRange)).toEqual(['24h', '7d', '90d']);
  });
});
