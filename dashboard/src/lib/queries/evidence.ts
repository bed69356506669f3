import { queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '../api';

export type Evidence = Model<'EvidenceRead'>;

/** These pieces of evidence, the oldest first; those whose time was over are missing. */
export const evidenceOfQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['evidence', 'of', ids],
    queryFn: async ({ signal }) => {
      const query = { id: [...ids], limit: 100 };
      const page = await data(api.GET('/api/evidence', { params: { query }, signal }));
      return page.items.toReversed();
    },
    enabled: ids.length > 0,
    // What was seen never changes.
    staleTime: 300_000,
  });

/** What was seen of an account, the newest first. */
export const evidenceOfAccountQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['evidence', 'account', accountId],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/evidence', {
          params: { query: { account_id: accountId, limit: 24 } },
          signal,
        }),
      ),
  });

export const filePath = (evidence: Pick<Evidence, 'id'>) => `/api/evidence/${evidence.id}/file`;
