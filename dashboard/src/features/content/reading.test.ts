import { describe, expect, it } from 'vitest';

import { FIRST, sentOf, wrongIn } from './details';
import { mostUses, usageOf } from './reading';

describe('usageOf', () => {
  it('says how often of how often, and what is promised', () => {
    expect(usageOf({ use_count: 1, held_count: 0, max_usage: 3 })).toBe('1 of 3');
    expect(usageOf({ use_count: 0, held_count: 1, max_usage: 1 })).toBe('0 of 1, 1 promised');
    expect(usageOf({ use_count: 4, held_count: 0, max_usage: null })).toBe('4 ×');
  });
});

describe('mostUses', () => {
  it('takes nothing for no end, and refuses what is no number from 1', () => {
    expect(mostUses(' ')).toEqual({ value: null });
    expect(mostUses('12')).toEqual({ value: 12 });
    for (const text of ['0', '-1', '1.5', 'many', '1000001']) expect(mostUses(text)).toBeNull();
  });
});

describe('wrongIn', () => {
  it('finds what the server would refuse, and nothing in what a form begins with', () => {
    expect(wrongIn(FIRST)).toEqual({});
    expect(Object.keys(wrongIn({ ...FIRST, category: 'Big One', max_usage: '0' }))).toEqual([
      'category',
      'max_usage',
    ]);
  });

  it('sends an empty field as no end', () => {
    expect(sentOf({ ...FIRST, max_usage: '' }).max_usage).toBeNull();
  });
});
