import { queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';

export const pausesQuery = () =>
  queryOptions({
    queryKey: ['pauses', 'list'],
    queryFn: ({ signal }) => data(api.GET('/api/pauses', { signal })),
  });
