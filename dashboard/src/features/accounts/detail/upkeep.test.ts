import { describe, expect, it } from 'vitest';

import { type Found, runsOf, titleOf } from './upkeep';

const step = (at: string, task: string | null, name: string): Found['steps'][number] => ({
  at,
  action: 'recovery.step',
  by: 'recovery',
  task_id: task,
  step: name,
  ok: true,
  message: '',
});
const task = (id: string, at: string) =>
  ({ id, type: 'rotate_password', created_at: at }) as Found['tasks'][number];

describe('runsOf', () => {
  it('puts the steps of a task into the order in which they were taken', () => {
    const runs = runsOf({
      tasks: [task('b', '2026-01-02T00:00:00Z')],
      steps: [
        step('2026-01-02T00:00:02Z', 'b', 'log_in'),
        step('2026-01-02T00:00:01Z', 'b', 'status'),
      ],
    });
    expect(runs).toHaveLength(1);
    expect(runs[0]?.steps.map(({ step: name }) => name)).toEqual(['status', 'log_in']);
    expect(titleOf(runs[0]!)).toBe('New password');
  });

  it('keeps steps whose task is not listed any more, the newest run first', () => {
    const runs = runsOf({
      tasks: [task('b', '2026-01-02T00:00:00Z')],
      steps: [step('2026-01-01T00:00:00Z', 'a', 'status')],
    });
    expect(runs.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(titleOf(runs[1]!)).toBe('Recovery');
  });
});
