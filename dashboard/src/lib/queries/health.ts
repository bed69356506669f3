import { queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';

/** Nothing announces that a part of the installation fails, so it is asked for. */
export const healthQuery = () =>
  queryOptions({
    queryKey: ['health'],
    queryFn: ({ signal }) => data(api.GET('/health', { signal })),
    refetchInterval: 15_000,
  });
