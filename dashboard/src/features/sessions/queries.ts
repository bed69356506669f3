import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';

export interface SessionFilter {
  account?: string | null;
  status?: Model<'SessionStatus'> | null;
  limit?: number;
  cursor?: string | null;
}

export const sessionsQuery = (filter: SessionFilter = {}) =>
  queryOptions({
    queryKey: ['sessions', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/sessions', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
