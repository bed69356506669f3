import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

export const settingsQuery = () =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: ({ signal }) => data(api.GET('/api/settings', { signal })),
  });
