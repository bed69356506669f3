import { describe, expect, it } from 'vitest';

import type { Account, Page } from '@/lib/api';
import { patched } from './live';

const page = {
  items: [
    { id: 1, account_no: 'W1', validation_status: 'pending', last_validated_at: null },
    { id: 2, account_no: 'W2', validation_status: 'pending', last_validated_at: null },
  ],
} as unknown as Page<Account>;

describe('patched', () => {
  it('changes the row that was told of, and no other', () => {
    const next = patched(page, { account_no: 'W2', status: 'validating', timestamp: 'now' });

    expect(next?.items[1]).toMatchObject({ validation_status: 'validating' });
    expect(next?.items[1]?.last_validated_at).toBeNull();
    expect(next?.items[0]).toBe(page.items[0]);
  });

  it('remembers when a validation has ended', () => {
    const next = patched(page, { account_no: 'W1', status: 'completed', timestamp: '2026-01-02' });

    expect(next?.items[0]?.last_validated_at).toBe('2026-01-02');
  });

  it('leaves a page alone that the account is not on', () => {
    expect(patched(page, { account_no: 'W9', status: 'failed' })).toBe(page);
    expect(patched(undefined, { account_no: 'W1', status: 'failed' })).toBeUndefined();
  });
});
