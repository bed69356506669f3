import { describe, expect, it } from 'vitest';

import { endOf, troubleOf } from './trouble';

describe('troubleOf', () => {
  it('does not take a person without a story for an error', () => {
    const said = 'no_content: This person has no story at the moment';
    expect(troubleOf(said)).toEqual({
      isSkip: true,
      text: 'This person has no story at the moment',
    });
  });

  it('names an error by its class', () => {
    expect(troubleOf('action_block: Try again later')).toEqual({
      isSkip: false,
      text: 'Action block: Try again later',
    });
  });

  it('leaves other words as they are', () => {
    expect(troubleOf('The process has died.')?.text).toBe('The process has died.');
    expect(troubleOf(null)).toBeNull();
  });
});

describe('endOf', () => {
  const session = { status: 'failed', stop_reason: 'failed', last_error: 'challenge: Prove it' };

  it('says the error of a session that failed', () => {
    expect(endOf(session)).toBe('Challenge: Prove it');
  });

  it('says the reason of one that ended otherwise, or whose last word was a skip', () => {
    expect(endOf({ ...session, status: 'completed', stop_reason: 'jobs done' })).toBe('jobs done');
    expect(endOf({ ...session, last_error: 'no_content: No story' })).toBe('failed');
  });
});
