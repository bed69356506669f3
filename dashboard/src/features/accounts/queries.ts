import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export { personasQuery } from '@/lib/queries/personas';

export type AccountQuery = NonNullable<paths['/api/accounts']['get']['parameters']['query']>;

export const accountsQuery = (filter: AccountQuery = {}) =>
  queryOptions({
    queryKey: ['accounts', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/accounts', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const proxiesQuery = () =>
  queryOptions({
    queryKey: ['proxies', 'choices'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/proxies', { params: { query: { limit: 1000 } }, signal })),
    staleTime: 60_000,
  });
