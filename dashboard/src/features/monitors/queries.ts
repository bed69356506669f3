import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import type { paths } from '@/lib/api/schema';
import { type Course, pointsOf, rolledPoints } from './course';
import { type Metric, PAGES_OF_READINGS, READINGS_A_PAGE } from './reading';

export type Monitor = Model<'MonitorRead'>;
export type MonitorFilter = NonNullable<paths['/api/monitors']['get']['parameters']['query']>;
export type Figures = Model<'FiguresRead'>;

export const monitorsQuery = (filter: MonitorFilter = {}) =>
  queryOptions({
    queryKey: ['monitors', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/monitors', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
    // Numbers become stale by waiting, which nothing announces.
    refetchInterval: 30_000,
  });

const of = (id: number) => ({ path: { monitor_id: id } });

// One monitor's own queries begin with another word, so that the readings of all the others leave them alone.
export const monitorQuery = (id: number) =>
  queryOptions({
    queryKey: ['monitor', id, 'one'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/monitors/{monitor_id}', { params: of(id), signal })),
    refetchInterval: 30_000,
  });

export const figuresQuery = (id: number) =>
  queryOptions({
    queryKey: ['monitor', id, 'figures'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/monitors/{monitor_id}/figures', { params: of(id), signal })),
  });

export interface Span {
  /** What the span is called; the moments themselves are taken when it is asked. */
  key: string;
  since: () => string | null;
  until: string | null;
}

/** Readings, the oldest first; as many as a chart can show. */
export const readingsQuery = (id: number, span: Span) =>
  queryOptions({
    queryKey: ['monitor', id, 'readings', span.key],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Course> => {
      const items: Model<'HistoryItem'>[] = [];
      const since = span.since();
      let cursor: string | null | undefined;
      let isCut = false;
      for (let page = 0; page < PAGES_OF_READINGS; page += 1) {
        const query = { limit: READINGS_A_PAGE, since, until: span.until, cursor };
        // The route answers files too, by what is accepted; here it is what the page wants.
        const found = (await data(
          api.GET('/api/monitors/{monitor_id}/history', {
            params: { ...of(id), query },
            signal,
          }),
        )) as Model<'HistoryRead'>;
        items.push(...found.items);
        cursor = found.next_cursor;
        isCut = Boolean(cursor);
        if (!isCut) break;
      }
      return { by: 'reading', points: pointsOf(items), isCut };
    },
  });

export const rollupsQuery = (id: number, span: Span, bucket: 'hour' | 'day', metric: Metric) =>
  queryOptions({
    queryKey: ['monitor', id, 'rollups', bucket, metric, span.key],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Course> => {
      const query = { bucket, metric, since: span.since(), until: span.until };
      const found = await data(
        api.GET('/api/monitors/{monitor_id}/rollups', { params: { ...of(id), query }, signal }),
      );
      return { by: bucket, points: rolledPoints(found.items), isCut: false };
    },
  });

export const compareQuery = (ids: number[], metric: Metric, span: Span) =>
  queryOptions({
    queryKey: ['comparison', ids, metric, span.key],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/monitors/compare', {
          params: { query: { ids, metric, since: span.since() } },
          signal,
        }),
      ),
  });

export const spendQuery = () =>
  queryOptions({
    queryKey: ['spend'],
    queryFn: ({ signal }) => data(api.GET('/api/monitors/spend', { signal })),
    refetchInterval: 60_000,
  });

export const sourcesQuery = () =>
  queryOptions({
    queryKey: ['settings', 'metrics-sources'],
    queryFn: ({ signal }) => data(api.GET('/api/monitors/sources', { signal })),
  });
