import { describe, expect, it } from 'vitest';

import { byNeed, poolName, sentence, standingOf } from './pools';
import type { Pool } from './queries';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const POOL: Pool = {
  persona_id: 1,
  persona: 'Ava',
  kind: 'image',
  category: 'story',
  total: 5,
  left: 3,
  resting: 0,
  uses_left: 3,
  accounts_waiting: 1,
  uses_per_day: 0.5,
  runs_out_at: null,
  is_enough: true,
  summary: '3 story pictures left for Ava, runs out on Friday',
};

describe('standingOf', () => {
  it('tells what is empty, short, soon empty and fine apart', () => {
    expect(standingOf({ ...POOL, uses_left: 0 }, NOW)).toBe('empty');
    expect(standingOf({ ...POOL, is_enough: false }, NOW)).toBe('short');
    expect(standingOf({ ...POOL, runs_out_at: '2026-11-24T12:00:00Z' }, NOW)).toBe('soon');
    expect(standingOf({ ...POOL, runs_out_at: '2026-12-24T12:00:00Z' }, NOW)).toBe('fine');
  });

  it('is fine where it can be used without end', () => {
    expect(standingOf({ ...POOL, uses_left: null }, NOW)).toBe('fine');
  });
});

describe('byNeed', () => {
  it('puts first what most accounts wait for', () => {
    const short = { ...POOL, is_enough: false, category: 'post' };
    const shorter = { ...short, category: 'pfp', accounts_waiting: 9 };
    const found = byNeed([POOL, short, shorter], NOW).map(({ category }) => category);
    expect(found).toEqual(['pfp', 'post', 'story']);
  });
});

describe('poolName', () => {
  it('reads as one would say it', () => {
    expect(poolName({ kind: 'image', category: 'pfp' })).toBe('Profile pictures');
    expect(poolName({ kind: 'image', category: 'story' })).toBe('Story pictures');
    expect(poolName({ kind: 'bio', category: 'bio' })).toBe('Bios');
    expect(poolName({ kind: 'caption', category: 'post' })).toBe('Post captions');
  });
});

it('writes the summary as a sentence', () => {
  expect(sentence(POOL)).toBe('3 story pictures left for Ava, runs out on Friday.');
});
