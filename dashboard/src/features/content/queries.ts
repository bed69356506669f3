import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type Picture = Model<'ContentRead'>;
export type Text = Model<'TextRead'>;
/** What pictures and texts have in common. */
export type Item = Picture | Text;
export type PictureFilter = NonNullable<paths['/api/content']['get']['parameters']['query']>;
export type TextFilter = NonNullable<paths['/api/texts']['get']['parameters']['query']>;

export const picturesQuery = (filter: PictureFilter = {}) =>
  queryOptions({
    queryKey: ['content', 'pictures', filter],
    queryFn: ({ signal }) => data(api.GET('/api/content', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const pictureQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['content', 'picture', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/content/{content_id}', {
          params: { path: { content_id: Number(id) } },
          signal,
        }),
      ),
    enabled: id !== null,
  });

export const textsQuery = (filter: TextFilter = {}) =>
  queryOptions({
    queryKey: ['content', 'texts', filter],
    queryFn: ({ signal }) => data(api.GET('/api/texts', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const textQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['content', 'text', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/texts/{text_id}', { params: { path: { text_id: Number(id) } }, signal })),
    enabled: id !== null,
  });

export type Pool = Model<'PoolRead'>;
export type ReportQuery = NonNullable<paths['/api/content/report']['get']['parameters']['query']>;

export const poolsQuery = () =>
  queryOptions({
    queryKey: ['content', 'pools'],
    queryFn: ({ signal }) => data(api.GET('/api/content/availability', { signal })),
    // Its pace changes by waiting, which nothing announces.
    refetchInterval: 60_000,
  });

export const reportQuery = (asked: ReportQuery) =>
  queryOptions({
    queryKey: ['content', 'report', asked],
    queryFn: ({ signal }) =>
      data(api.GET('/api/content/report', { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
