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

export const metricsQuery = () =>
  queryOptions({
    queryKey: ['metrics'],
    queryFn: ({ signal }) => data(api.GET('/api/metrics', { signal })),
    // What comes from outside, such as a check before an engagement, is announced by nothing.
    refetchInterval: 30_000,
  });
