import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type TaskFilter = NonNullable<paths['/api/tasks']['get']['parameters']['query']>;

export const tasksQuery = (filter: TaskFilter = {}) =>
  queryOptions({
    queryKey: ['tasks', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/tasks', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', 'one', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/tasks/{task_id}', { params: { path: { task_id: id } }, signal })),
  });

/** The choices of a check; there are few of them. */
export const proxiesQuery = () =>
  queryOptions({
    queryKey: ['proxies', 'choices'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/proxies', { params: { query: { limit: 1000 } }, signal })),
    staleTime: 60_000,
  });
