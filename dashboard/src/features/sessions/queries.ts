import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type SessionFilter = NonNullable<paths['/sessions']['get']['parameters']['query']>;
export type Status = Model<'SessionStatus'>;

export const OPEN: Status[] = ['starting', 'running', 'stopping'];
export const STATUSES: Status[] = [...OPEN, 'completed', 'stopped', 'failed', 'timed_out', 'lost'];

export const isOpen = (status: Status) => OPEN.includes(status);

export const sessionsQuery = (filter: SessionFilter = {}) =>
  queryOptions({
    queryKey: ['sessions', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/sessions', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: ['sessions', 'one', id],
    queryFn: ({ signal }) =>
      data(api.GET('/sessions/{session_id}', { params: { path: { session_id: id } }, signal })),
  });

/** What only the account's newest session has: limits in use and processes. */
export const statusQuery = (account: string) =>
  queryOptions({
    queryKey: ['sessions', 'status', account],
    queryFn: ({ signal }) =>
      data(api.GET('/session_status', { params: { query: { account } }, signal })),
  });

export const sessionEventsQuery = (id: string, limit = 50) =>
  queryOptions({
    queryKey: ['sessions', 'events', id, limit],
    queryFn: ({ signal }) =>
      data(
        api.GET('/sessions/{session_id}/events', {
          params: { path: { session_id: id }, query: { limit } },
          signal,
        }),
      ),
  });

export const samplesQuery = (id: string) =>
  queryOptions({
    queryKey: ['sessions', 'samples', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/sessions/{session_id}/samples', {
          params: { path: { session_id: id } },
          signal,
        }),
      ),
  });

/** Of the server, for reports. */
export const versionQuery = () =>
  queryOptions({
    queryKey: ['settings', 'version'],
    queryFn: async ({ signal }) =>
      (await data(api.GET('/config', { signal }))).installation.version,
  });
