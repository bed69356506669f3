import { describe, expect, it } from 'vitest';

import type { Batch, Task } from '@/lib/api';
import { estimate } from './batch/useEstimate';
import { errorOf, failuresOf, resultColumns, subjectOf } from './reading';
import { stateOf } from './stateOf';

const task = (more: Partial<Task>): Task =>
  ({ account: null, params: {}, result: null, error: null, reason: null, ...more }) as Task;
const failed = (account: string, kind: string, message: string) =>
  task({ account, reason: kind, error: { class: kind, message } });

describe('failuresOf', () => {
  it('counts by what was said, whoever it was said of, the most frequent first', () => {
    const found = failuresOf([
      failed('ben', 'unknown', 'no answer'),
      failed('anna', 'transient', 'anna: 503 from the network'),
      failed('cleo', 'transient', 'cleo: 502 from the network'),
    ]);
    expect(found.map(({ kind, number, accounts }) => [kind, number, accounts])).toEqual([
      ['transient', 2, ['anna', 'cleo']],
      ['unknown', 1, ['ben']],
    ]);
  });

  it('says who ended what has no error', () => {
    expect(errorOf(task({ reason: 'cancelled' }))).toBe('Somebody has cancelled it.');
    expect(failuresOf([task({ reason: 'cancelled' })])[0]?.kind).toBe('cancelled');
  });
});

describe('subjectOf', () => {
  it('names the account, the person, the proxy', () => {
    expect(subjectOf(task({ account: 'anna' }))).toBe('anna');
    expect(subjectOf(task({ params: { username: 'ada' } }))).toBe('@ada');
    expect(subjectOf(task({ account: 'anna', params: { target: 'ada' } }))).toBe('anna → @ada');
    expect(subjectOf(task({ params: { proxy: 3 } }))).toBe('Proxy 3');
  });
});

describe('resultColumns', () => {
  it('leaves out what is no single value, and what stands elsewhere', () => {
    const result = {
      account_no: 'W1',
      health: 'ok',
      steps: [],
      until: null,
      attempt_id: 'a',
      posts: 3,
    };
    expect(resultColumns([task({}), task({ result })])).toEqual(['health', 'posts']);
  });
});

describe('stateOf', () => {
  const of = (pending: number, running: number, completed: number, failed: number) =>
    stateOf({ counts: { pending, running, completed, failed } } as Batch);

  it('tells a batch in one word', () => {
    expect(of(3, 0, 0, 0)).toBe('pending');
    expect(of(3, 0, 1, 0)).toBe('running');
    expect(of(0, 0, 3, 0)).toBe('completed');
    expect(of(0, 0, 3, 1)).toBe('partly_failed');
    expect(of(0, 0, 0, 3)).toBe('failed');
  });
});

describe('estimate', () => {
  it('goes on at the pace that was seen', () => {
    const until = estimate({ at: 0, ended: 0 }, { at: 10_000, ended: 20 }, 100);
    expect(until).toBe(new Date(50_000).toISOString());
  });

  it('says nothing before anything has ended', () => {
    expect(estimate({ at: 0, ended: 5 }, { at: 10_000, ended: 5 }, 100)).toBeNull();
  });
});
