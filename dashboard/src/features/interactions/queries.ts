import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

type QueryOf<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Query } };
}
  ? NonNullable<Query>
  : never;

export type EventFilter = QueryOf<'/api/interactions/events'>;
export type Attempt = Model<'AttemptRead'>;
export type Trace = Model<'TraceRead'>;
export type Contact = Model<'DoNotContactRead'>;

export const eventsQuery = (filter: EventFilter = {}) =>
  queryOptions({
    queryKey: ['interactions', 'list', filter],
    queryFn: ({ signal }) =>
      data(api.GET('/api/interactions/events', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

/** The decisions about one person, the newest first. */
export const whyQuery = (account_id: number, target: string) =>
  queryOptions({
    queryKey: ['interactions', 'why', account_id, target],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/interactions/why', {
          params: { query: { account_id, target, limit: 20 } },
          signal,
        }),
      ),
  });

export const attemptsQuery = (filter: QueryOf<'/api/attempts'>) =>
  queryOptions({
    queryKey: ['interactions', 'attempts', filter],
    queryFn: ({ signal }) => data(api.GET('/api/attempts', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const attemptQuery = (id: string) =>
  queryOptions({
    queryKey: ['interactions', 'attempt', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/attempts/{attempt_id}', { params: { path: { attempt_id: id } }, signal })),
  });

export const sourcesQuery = (filter: QueryOf<'/api/sources'>) =>
  queryOptions({
    queryKey: ['interactions', 'sources', filter],
    queryFn: ({ signal }) => data(api.GET('/api/sources', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const contactsQuery = (filter: QueryOf<'/api/do-not-contact'>) =>
  queryOptions({
    queryKey: ['contacts', 'list', filter],
    queryFn: ({ signal }) =>
      data(api.GET('/api/do-not-contact', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
