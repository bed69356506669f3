import { useQueryClient } from '@tanstack/react-query';

import type { Account, Page } from '@/lib/api';
import { useLive, useLiveEvent } from '@/lib/live';

export interface Told {
  account_no?: unknown;
  status?: unknown;
  timestamp?: unknown;
}

const ENDED = new Set(['completed', 'failed']);

/** Rows change the moment that a validation is told of; the list is asked for again after that. */
export function useLiveValidation(): void {
  const client = useQueryClient();
  const { isPaused } = useLive();
  useLiveEvent('validation_update', ({ data }) => {
    if (isPaused) return;
    client.setQueriesData<Page<Account>>({ queryKey: ['accounts', 'list'] }, (page) =>
      patched(page, data),
    );
  });
}

/** The page with the row that was told of as it is now; the same page where it is not on it. */
export function patched(page: Page<Account> | undefined, told: Told): Page<Account> | undefined {
  const { account_no: number, status, timestamp } = told;
  if (typeof status !== 'string' || !page?.items.some((row) => row.account_no === number)) {
    return page;
  }
  const isEnded = ENDED.has(status) && typeof timestamp === 'string';
  const items = page.items.map((row) =>
    row.account_no !== number
      ? row
      : {
          ...row,
          validation_status: status as Account['validation_status'],
          last_validated_at: isEnded ? timestamp : row.last_validated_at,
        },
  );
  return { ...page, items };
}
