import { describe, expect, it } from 'vitest';

import type { InboxItem, Model } from '@/lib/api';
import { allIsWell, needsOf } from './needs';
import { niceCeiling } from './statuses';

const metrics = {
  accounts: { by_state: { active: 14, error: 0 }, by_lifecycle: {}, paused: 0, total: 14 },
  open_unknowns: { count: 0, oldest_at: null },
  sessions: { running: 1, starting: 0, stopping: 0 },
} as unknown as Model<'Metrics'>;
const part = (state: string) => ({ name: 'disk', state, detail: 'Full.', facts: {} });
const health = (state: string) => ({ components: [part(state)] }) as unknown as Model<'HealthRead'>;
const item = (id: number) =>
  ({ id, kind: 'challenge', title: `Item ${id}`, account: 'anna', created_at: '' }) as InboxItem;

describe('what needs somebody', () => {
  it('is nothing where all is well, and one line says so', () => {
    const known = { metrics, health: health('ok'), inbox: { items: [] }, pauses: { items: [] } };

    expect(needsOf(known)).toEqual([]);
    expect(allIsWell(known)).toBe('14 accounts, 1 session runs, every part works');
  });

  it('does not count a part that nobody has configured', () => {
    expect(needsOf({ health: health('not_configured') })).toEqual([]);
  });

  it('names the first items of the inbox and counts the others', () => {
    const inbox = { items: [1, 2, 3, 4, 5].map(item), total: 120 };

    const needs = needsOf({ inbox });

    expect(needs.map(({ text }) => text)).toEqual([
      'Item 1',
      'Item 2',
      'Item 3',
      'Item 4',
      '116 more in the inbox',
    ]);
    expect(needs[0]?.to).toBe('/inbox?open=1');
  });

  it('begins with the installation, and leads from each line to its place', () => {
    const troubled = {
      ...metrics,
      accounts: { ...metrics.accounts, by_state: { error: 2 } },
      open_unknowns: { count: 1, oldest_at: '2026-11-21T08:00:00Z' },
    };

    const needs = needsOf({ metrics: troubled, health: health('failed') });

    expect(needs.map(({ to }) => to)).toEqual([
      '/health',
      '/states?state=error',
      '/interactions?status=unknown',
    ]);
    expect(needs[0]?.text).toBe('Disk has failed');
  });
});

describe('the end of the axis', () => {
  it.each([
    [0, 2],
    [3, 4],
    [7, 10],
    [128, 200],
    [1001, 2000],
  ])('of %i is %i', (largest, top) => {
    expect(niceCeiling(largest)).toBe(top);
  });
});
