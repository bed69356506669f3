import { describe, expect, it } from 'vitest';

import { eventFilterOf } from './filters';
import { measured } from './rules';
import { traceOf } from './traceOf';

const NOTHING = {
  account: null,
  target: null,
  action: null,
  status: null,
  since: null,
  until: null,
  session: null,
};

describe('eventFilterOf', () => {
  it('reads times in the zone of the page', () => {
    const values = { ...NOTHING, since: '2026-07-01T12:00', until: '2026-12-01T12:00' };

    const filter = eventFilterOf(values, 'Europe/Madrid');

    expect(filter.since).toBe('2026-07-01T10:00:00.000Z');
    expect(filter.until).toBe('2026-12-01T11:00:00.000Z');
  });

  it('leaves out what is no account and no time', () => {
    const filter = eventFilterOf({ ...NOTHING, account: 'ava', since: 'soon' }, 'UTC');

    expect(filter.account_id).toBeNull();
    expect(filter.since).toBeNull();
  });
});

describe('traceOf', () => {
  const event = { action: 'like', session_id: 's', ts: '2026-01-01T12:00:00Z' };
  const trace = (id: number, at: string, action: string | null = 'like', session_id = 's') => ({
    id,
    at: `2026-01-01T${at}Z`,
    action,
    session_id,
  });

  it('finds the last decision before the event, of the same session and action', () => {
    const traces = [
      trace(1, '12:00:01'),
      trace(2, '11:59:59'),
      trace(3, '11:00:00'),
      trace(4, '12:00:00', 'view'),
      trace(5, '12:00:00', 'like', 'other'),
    ];

    expect(traceOf(event as never, traces as never)?.id).toBe(2);
  });
});

describe('measured', () => {
  const rule = (name: string, value: unknown, threshold: unknown) => ({
    rule: name,
    value,
    threshold,
    verdict: 'pass',
  });

  it('says what was seen and what was allowed', () => {
    expect(measured(rule('hourly_limit', 46, 60))).toBe('46 of 60');
    expect(measured(rule('interval', 12.52, 4))).toBe('12.5, threshold 4');
    expect(measured(rule('pause', null, null))).toBe('');
  });
});
