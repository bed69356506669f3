import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

export const runningQuery = () =>
  queryOptions({
    queryKey: ['sessions', 'running'],
    queryFn: ({ signal }) =>
      data(api.GET('/sessions', { params: { query: { status: 'running', limit: 100 } }, signal })),
  });

export const limitsQuery = () =>
  queryOptions({
    queryKey: ['interactions', 'limits'],
    queryFn: ({ signal }) => data(api.GET('/interaction_limits', { signal })),
  });
