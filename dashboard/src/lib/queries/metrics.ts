import { queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';

export const metricsQuery = () =>
  queryOptions({
    queryKey: ['metrics'],
    queryFn: ({ signal }) => data(api.GET('/api/metrics', { signal })),
    // What comes from outside, such as a check before an engagement, is announced by nothing.
    refetchInterval: 30_000,
  });
