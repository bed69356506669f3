import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type AccountFilter = NonNullable<paths['/api/accounts']['get']['parameters']['query']>;

export const accountsQuery = (filter: AccountFilter = {}) =>
  queryOptions({
    queryKey: ['accounts', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/accounts', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
