import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type EventFilter = NonNullable<
  paths['/api/interactions/events']['get']['parameters']['query']
>;

export const eventsQuery = (filter: EventFilter = {}) =>
  queryOptions({
    queryKey: ['interactions', 'list', filter],
    queryFn: ({ signal }) =>
      data(api.GET('/api/interactions/events', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
