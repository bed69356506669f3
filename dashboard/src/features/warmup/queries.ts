import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type Row = Model<'PipelineRow'>;
export type Step = Model<'PipelinePhase'>;
export type Phase = Model<'Phase'>;
export type PhaseStatus = Model<'PhaseStatus'>;
export type Assignment = Model<'AssignmentRead'>;
export type Bot = Model<'BotRead'>;
export type BotSession = Model<'BotSessionRead'>;
export type PipelineFilter = NonNullable<paths['/api/warmup']['get']['parameters']['query']>;

// A phase becomes available by waiting, which nothing announces.
const NOW_AND_THEN = 30_000;

export const pipelineQuery = (filter: PipelineFilter = {}) =>
  queryOptions({
    queryKey: ['warmup', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/warmup', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: NOW_AND_THEN,
  });

export const countsQuery = () =>
  queryOptions({
    queryKey: ['warmup', 'counts'],
    queryFn: ({ signal }) => data(api.GET('/api/warmup/counts', { signal })),
    refetchInterval: NOW_AND_THEN,
  });

export const rowQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['warmup', 'one', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/warmup/{account_id}', {
          params: { path: { account_id: Number(id) } },
          signal,
        }),
      ),
    enabled: id !== null,
    refetchInterval: NOW_AND_THEN,
  });

export const botsQuery = (revoked: boolean) =>
  queryOptions({
    queryKey: ['bots', 'list', revoked],
    queryFn: ({ signal }) =>
      data(api.GET('/api/bots', { params: { query: { revoked, limit: 200 } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: NOW_AND_THEN,
  });

export const sessionsQuery = (filter: { bot_id?: string; limit: number; cursor: string | null }) =>
  queryOptions({
    queryKey: ['bots', 'sessions', filter],
    queryFn: ({ signal }) =>
      data(api.GET('/api/bot-sessions', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: NOW_AND_THEN,
  });

/** The picture and the text that a phase was given. */
export const givenQuery = ({ content_id, text_id }: Assignment) =>
  queryOptions({
    queryKey: ['content', 'given', content_id, text_id],
    queryFn: async ({ signal }) => {
      const [picture, text] = await Promise.all([
        content_id === null
          ? null
          : data(
              api.GET('/api/content/{content_id}', { params: { path: { content_id } }, signal }),
            ),
        text_id === null
          ? null
          : data(api.GET('/api/texts/{text_id}', { params: { path: { text_id } }, signal })),
      ]);
      return { picture, text };
    },
    staleTime: 300_000,
  });
