import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { hearClock, shownNow } from './shownClock';

const NOON = Date.parse('2026-01-31T12:00:00Z');

describe('the clock that the server shows', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(NOON);
  });
  afterEach(() => {
    hearClock(null);
    vi.useRealTimers();
  });

  it('is ours where the server says nothing of it', () => {
    hearClock(null);
    expect(shownNow()).toBe(NOON);
  });

  it('runs on at its own pace from what it showed last', () => {
    hearClock('2026-03-01T00:00:00+00:00;factor=600');
    vi.advanceTimersByTime(2000);
    expect(new Date(shownNow()).toISOString()).toBe('2026-03-01T00:20:00.000Z');
  });

  it.each(['soon;factor=600', '2026-03-01T00:00:00Z;factor=0', 'nothing'])(
    'is ours where the server says %s',
    (header) => {
      hearClock(header);
      expect(shownNow()).toBe(NOON);
    },
  );
});
