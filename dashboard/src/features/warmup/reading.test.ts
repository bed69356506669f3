import { describe, expect, it } from 'vitest';

import type { Row, Step } from './queries';
import { actsOn, choicesOf, looksOf } from './reading';

const STEP: Step = {
  phase: 'post',
  status: 'pending',
  available_at: null,
  started_at: null,
  completed_at: null,
  retry_count: 0,
  error_message: null,
  assignment_id: null,
  content_assigned_at: null,
  content_missing_at: null,
  execution_time_ms: null,
  skipped_by: null,
  bot_id: null,
  bot: null,
  assignment: null,
};
const ROW = { phase: 'post' } as Row;

describe('looksOf', () => {
  it('tells what waits for its time from what waits for its turn', () => {
    expect(looksOf(STEP, { phase: 'post' })).toBe('pending');
    expect(looksOf(STEP, { phase: 'bio' })).toBe('locked');
  });

  it('does not hide that somebody has left it out', () => {
    const step: Step = { ...STEP, status: 'completed', skipped_by: 'operator:anna' };
    expect(looksOf(step, { phase: 'highlight' })).toBe('skipped');
  });
});

describe('actsOn', () => {
  it('tries again what was tried, and leaves out or sends to a person what has its turn', () => {
    expect(actsOn({ ...STEP, status: 'available' }, ROW)).toEqual({
      retry: false,
      skip: true,
      review: true,
    });
    expect(actsOn({ ...STEP, status: 'requires_review' }, ROW)).toEqual({
      retry: true,
      skip: true,
      review: false,
    });
    expect(actsOn({ ...STEP, phase: 'story' }, ROW)).toEqual({
      retry: false,
      skip: false,
      review: false,
    });
  });
});

describe('choicesOf', () => {
  const parts = { quality: 0.9, freshness: 1, success_rate: 0.5, relevance: 1 };
  const kept = { score: '84.50', parts, reason: 'best of 3', category: 'post' };

  it('is points that add up to the score', () => {
    const [choice] = choicesOf({ parts: { image: kept } });
    const sum = choice?.parts.reduce((before, { points }) => before + points, 0);
    expect(sum).toBeCloseTo(84.5);
    expect(choice).toMatchObject({ what: 'image', score: 84.5, reason: 'best of 3' });
  });

  it('tells the picture and the text apart, and says nothing where nothing is known', () => {
    const both = choicesOf({ parts: { text: kept, image: kept } });
    expect(both.map(({ what }) => what)).toEqual(['image', 'text']);
    expect(choicesOf({ parts: {} })).toEqual([]);
  });
});
