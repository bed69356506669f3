import { queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';

/** The choices of a persona; there are few of them. */
export const personasQuery = () =>
  queryOptions({
    queryKey: ['personas', 'choices'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/personas', { params: { query: { limit: 1000 } }, signal })),
    staleTime: 60_000,
  });
