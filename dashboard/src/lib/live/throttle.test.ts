import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Throttle } from './throttle';

describe('Throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('passes the first at once, and of the rest one a second', () => {
    const flushed: string[] = [];
    const throttle = new Throttle((name) => flushed.push(name));
    for (let round = 0; round < 50; round += 1) throttle.touch('sessions');

    expect(flushed).toEqual(['sessions']);
    vi.advanceTimersByTime(5000);
    expect(flushed).toEqual(['sessions', 'sessions']);
  });

  it('keeps what comes while it is held', () => {
    const flushed: string[] = [];
    const throttle = new Throttle((name) => flushed.push(name));
    throttle.hold(true);
    throttle.touch('sessions');
    throttle.touch('accounts');
    throttle.touch('sessions');
    vi.advanceTimersByTime(5000);

    expect(flushed).toEqual([]);
    throttle.hold(false);
    expect(flushed).toEqual(['sessions', 'accounts']);
  });
});
