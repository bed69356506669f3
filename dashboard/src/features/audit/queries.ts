import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type AuditFilter = NonNullable<paths['/api/audit']['get']['parameters']['query']>;

export const auditQuery = (filter: AuditFilter = {}) =>
  queryOptions({
    queryKey: ['audit', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/audit', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
