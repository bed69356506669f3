import { queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';

/** How far a newcomer has come; the same numbers as the overview's, so its key is theirs. */
export const progressQuery = () =>
  queryOptions({
    queryKey: ['metrics'],
    queryFn: ({ signal }) => data(api.GET('/api/metrics', { signal })),
    select: ({ accounts, sessions, last_7d: week }) => ({
      accounts: accounts.total,
      running: sessions.running + sessions.starting,
      interactions: week.total,
    }),
  });
