import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

export const healthQuery = () =>
  queryOptions({
    queryKey: ['health'],
    queryFn: ({ signal }) => data(api.GET('/health', { signal })),
    refetchInterval: 15_000,
  });
