import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

export const runningQuery = () =>
  queryOptions({
    queryKey: ['sessions', 'running'],
    queryFn: ({ signal }) =>
      data(
        api.GET('/sessions', {
          params: { query: { status: ['starting', 'running', 'stopping'], limit: 50 } },
          signal,
        }),
      ),
  });

export { metricsQuery } from '@/lib/queries/metrics';
