import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';

export type Shown = Model<'ShownState'>;
export const SHOWN: Shown[] = ['error', 'cooldown', 'warning', 'active'];

/** Accounts of one state; the next ones are asked for where somebody wants to see more. */
export const statesQuery = (state: Shown, limit: number) =>
  infiniteQueryOptions({
    queryKey: ['states', 'list', state, limit],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/api/accounts/states', {
          params: { query: { state, limit, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });

/** One account with its last 100 errors. */
export const stateQuery = (account_id: number) =>
  queryOptions({
    queryKey: ['states', 'one', account_id],
    queryFn: async ({ signal }) => {
      const page = await data(
        api.GET('/api/accounts/states', { params: { query: { account_id } }, signal }),
      );
      return page.items[0] ?? null;
    },
  });
