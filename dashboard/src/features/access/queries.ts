import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

export const tokensQuery = () =>
  queryOptions({
    queryKey: ['tokens', 'list'],
    queryFn: ({ signal }) => data(api.GET('/api/tokens', { signal })),
  });

export { operatorsQuery } from '@/lib/queries/operators';
