import { describe, expect, it } from 'vitest';

import { changesOf } from './changes';

describe('changesOf', () => {
  it('names what is different and counts what is not', () => {
    const found = changesOf(
      { cooldown_minutes: 45, engage: true, limits: { like: 50, follow: 20 } },
      { cooldown_minutes: 60, engage: true, limits: { like: 50, follow: 10 } },
    );

    expect(found.same).toBe(2);
    expect(found.changes).toEqual([
      { name: 'cooldown_minutes', before: '45', after: '60' },
      { name: 'limits.follow', before: '20', after: '10' },
    ]);
  });

  it('tells what came and what went from what was empty', () => {
    const { changes } = changesOf({ note: null, gone: 1 }, { note: '', labels: ['a', 'b'] });

    expect(changes).toEqual([
      { name: 'note', before: 'nothing', after: 'empty' },
      { name: 'gone', before: '1', after: null },
      { name: 'labels', before: null, after: 'a, b' },
    ]);
  });

  it('finds nothing in an act that changed no value', () => {
    expect(changesOf(null, undefined)).toEqual({ changes: [], same: 0 });
  });
});
