import { describe, expect, it } from 'vitest';

import { diffLines } from './diff';

describe('diffLines', () => {
  it('says nothing of texts that are the same', () => {
    expect(diffLines('a\nb', 'a\nb')).toEqual([]);
  });

  it('keeps what surrounds a change and folds the rest', () => {
    const before = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n');
    const found = diffLines(before, before.replace('two', '2'), 1);

    expect(found.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same one',
      'removed two',
      'added 2',
      'same three',
      'gap 3 unchanged lines',
    ]);
  });
});
