import { describe, expect, it } from 'vitest';

import { ago, clock, duration, moment } from './time';

describe('time', () => {
  it('is written in the zone that is asked for', () => {
    const at = '2026-03-29T00:30:00Z';
    expect(moment(at, 'UTC')).toBe('2026-03-29 00:30:00');
    expect(moment(at, 'Europe/Madrid', 'minute')).toBe('2026-03-29 01:30');
    // An hour later the clocks there have gone forward.
    expect(moment('2026-03-29T01:30:00Z', 'Europe/Madrid', 'minute')).toBe('2026-03-29 03:30');
  });

  it('is told from now', () => {
    const now = Date.parse('2026-01-01T12:00:00Z');
    expect(ago('2026-01-01T11:59:58Z', now)).toBe('now');
    expect(ago('2026-01-01T11:56:30Z', now)).toBe('3 min ago');
    expect(ago('2026-01-01T14:00:00Z', now)).toBe('in 2 h');
  });

  it('is counted down', () => {
    expect([clock(2699), clock(3723), clock(-4)]).toEqual(['44:59', '1:02:03', '0:00']);
    expect([duration(40), duration(7500), duration(0)]).toEqual(['40 s', '2 h 5 min', '0 s']);
  });
});
