import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

const path = (id: number) => ({ path: { account_id: id } });

export const accountQuery = (id: number) =>
  queryOptions({
    queryKey: ['accounts', 'one', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/accounts/{account_id}', { params: path(id), signal })),
  });

export const credentialsQuery = (id: number) =>
  queryOptions({
    queryKey: ['accounts', 'credentials', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/accounts/{account_id}/credentials', { params: path(id), signal })),
  });

/** How the account stands, with its last 100 errors; none for a retired one. */
export const standingQuery = (id: number) =>
  queryOptions({
    queryKey: ['states', 'one', id],
    queryFn: async ({ signal }) => {
      const query = { account_id: id, limit: 1 };
      const page = await data(api.GET('/api/accounts/states', { params: { query }, signal }));
      return page.items[0] ?? null;
    },
  });

export const sessionStatusQuery = (account: string) =>
  queryOptions({
    queryKey: ['sessions', 'status', account],
    queryFn: ({ signal }) =>
      data(api.GET('/session_status', { params: { query: { account } }, signal })),
  });

export const sessionsOfQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: ['sessions', 'of', account],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/sessions', {
          params: { query: { account, limit: 20, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const eventsOfQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['interactions', 'of', id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/api/interactions/events', {
          params: { query: { account_id: id, limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const whyQuery = (id: number, target: string) =>
  queryOptions({
    queryKey: ['interactions', 'why', id, target],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/interactions/why', {
          params: { query: { account_id: id, target, limit: 20 } },
          signal,
        }),
      ),
  });

export const auditOfQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'of', id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/api/audit', {
          params: {
            query: {
              subject_kind: 'account',
              subject_id: String(id),
              limit: 50,
              cursor: pageParam,
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

/** Its limits, day by day. */
export const forecastQuery = (id: number) =>
  queryOptions({
    queryKey: ['accounts', 'forecast', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/accounts/{account_id}/forecast', { params: path(id), signal })),
  });
