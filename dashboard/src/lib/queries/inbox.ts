import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';
import type { paths } from '../api/schema';

export type InboxFilter = NonNullable<paths['/api/inbox']['get']['parameters']['query']>;

export const inboxQuery = (filter: InboxFilter = {}) =>
  queryOptions({
    queryKey: ['inbox', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/inbox', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

/** What nobody has taken up yet: the number beside Inbox in the navigation. */
export const openInboxQuery = () => inboxQuery({ state: ['open'], limit: 100 });
