import { queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';

export const operatorsQuery = () =>
  queryOptions({
    queryKey: ['operators', 'list'],
    queryFn: ({ signal }) => data(api.GET('/api/operators', { signal })),
  });
