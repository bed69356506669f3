import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';
import type { paths } from '../api/schema';

export type BatchFilter = NonNullable<paths['/api/batches']['get']['parameters']['query']>;

/** Nothing announces that a worker is alive or lost, so it is asked for. */
export const queueQuery = () =>
  queryOptions({
    queryKey: ['queue', 'overview'],
    queryFn: ({ signal }) => data(api.GET('/api/queue', { signal })),
    refetchInterval: 5000,
  });

export const batchesQuery = (filter: BatchFilter = {}) =>
  queryOptions({
    queryKey: ['batches', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/batches', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['batches', 'one', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/batches/{batch_id}', { params: { path: { batch_id: id } }, signal })),
  });
