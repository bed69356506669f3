import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

export const statesQuery = (filter: { limit?: number; cursor?: string | null } = {}) =>
  queryOptions({
    queryKey: ['states', 'list', filter],
    queryFn: ({ signal }) =>
      data(api.GET('/api/accounts/states', { params: { query: filter }, signal })),
  });
