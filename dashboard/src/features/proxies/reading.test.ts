import { describe, expect, it } from 'vitest';

import type { Check, Proxy } from './queries';
import { addressOf, boundOf, courseOf, shareUp } from './reading';

const check = (ok: boolean, milliseconds: number | null): Check => ({
  id: 1,
  at: '2026-01-01T00:00:00Z',
  ok,
  message: '',
  exit_address: null,
  milliseconds,
});

describe('addressOf', () => {
  it('puts brackets around an address with colons', () => {
    expect(addressOf({ scheme: 'http', host: '::1', port: 80 })).toBe('http://[::1]:80');
    expect(addressOf({ scheme: 'socks5', host: 'p.invalid', port: 1 })).toBe(
      'socks5://p.invalid:1',
    );
  });
});

describe('boundOf', () => {
  it('says how much room there is where there is a limit', () => {
    expect(boundOf({ accounts: 3, max_accounts: 5 } as Proxy)).toBe('3 of 5');
    expect(boundOf({ accounts: 3, max_accounts: null } as Proxy)).toBe('3');
  });
});

describe('courseOf', () => {
  it('is the oldest first, and only of what worked', () => {
    expect(courseOf([check(true, 30), check(false, null), check(true, 10)])).toEqual([10, 30]);
  });
});

describe('shareUp', () => {
  it('is nothing before the first check', () => {
    expect(shareUp([])).toBeNull();
    expect(shareUp([check(true, 1), check(false, null)])).toBe(0.5);
  });
});
