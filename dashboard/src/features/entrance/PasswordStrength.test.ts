import { describe, expect, it } from 'vitest';

import { strengthOf } from './PasswordStrength';

describe('the first impression of a password', () => {
  it.each([
    ['short', 0],
    ['aaaaaaaaaaaaaaaa', 1],
    ['abcdabcdabcdabcd', 1],
    ['lantern-harbour', 2],
    ['violet harbour 12 lanterns', 3],
  ])('of %s is %i', (password, strength) => {
    expect(strengthOf(password)).toBe(strength);
  });
});
