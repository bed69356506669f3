import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';
import type { paths } from '../api/schema';

export type AlertFilter = NonNullable<paths['/api/alerts']['get']['parameters']['query']>;

export const alertsQuery = (filter: AlertFilter = {}) =>
  queryOptions({
    queryKey: ['alerts', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/alerts', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

/** What nobody has seen yet: the number beside Alerts in the navigation. */
export const openAlertsQuery = () => alertsQuery({ state: ['open'], limit: 1 });
