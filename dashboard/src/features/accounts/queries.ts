import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type AccountQuery = NonNullable<paths['/api/accounts']['get']['parameters']['query']>;

export const accountsQuery = (filter: AccountQuery = {}) =>
  queryOptions({
    queryKey: ['accounts', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/accounts', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

/** The choices of a persona; there are few of them. */
export const personasQuery = () =>
  queryOptions({
    queryKey: ['personas', 'choices'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/personas', { params: { query: { limit: 1000 } }, signal })),
    staleTime: 60_000,
  });

export const proxiesQuery = () =>
  queryOptions({
    queryKey: ['proxies', 'choices'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/proxies', { params: { query: { limit: 1000 } }, signal })),
    staleTime: 60_000,
  });
