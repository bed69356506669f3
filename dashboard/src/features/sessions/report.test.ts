import { describe, expect, it } from 'vitest';

import { counterRows, totalOf } from './counters';
import { errorReport } from './report';

describe('counterRows', () => {
  it('adds up what was done, left and lost', () => {
    const counters = { visit: { skipped: 2 }, like: { success: 3, dedupe_hit: 1, unknown: 1 } };

    expect(counterRows(counters).map(({ action }) => action)).toEqual(['like', 'visit']);
    expect(totalOf(counters)).toEqual({ done: 3, skipped: 3, failed: 0, unknown: 1 });
  });
});

describe('errorReport', () => {
  it('names the session, the version, the error and the last events', () => {
    const session = {
      id: 'id-1',
      account: 'ava',
      status: 'failed',
      last_error: 'lost',
      counters: {},
    };
    const event = { ts: 'now', action: 'like', status: 'unknown', target_username: 'otter' };

    const text = errorReport(session as never, [event] as never, '0.1.0');

    for (const part of ['id-1', 'ava', 'failed', 'lost', '0.1.0', '@otter'])
      expect(text).toContain(part);
  });
});
