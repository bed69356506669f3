import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import type { paths } from '@/lib/api/schema';

export type Proxy = Model<'ProxyRead'>;
export type ProxyDetail = Model<'ProxyDetail'>;
export type Check = Model<'ProxyCheckRead'>;
export type Pool = Model<'ProxyPoolRead'>;
export type Change = Model<'PlannedChangeRead'>;
export type ProxyFilter = NonNullable<paths['/api/proxies']['get']['parameters']['query']>;
export type ChangeFilter = NonNullable<paths['/api/proxies/changes']['get']['parameters']['query']>;

// Checks and moves are announced by nothing, so they are asked for.
const EVERY = 5000;

export const proxiesQuery = (filter: ProxyFilter = {}) =>
  queryOptions({
    queryKey: ['proxies', 'list', filter],
    queryFn: ({ signal }) => data(api.GET('/api/proxies', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY,
  });

export const proxyQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['proxies', 'one', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/proxies/{proxy_id}', { params: { path: { proxy_id: Number(id) } }, signal }),
      ),
    enabled: id !== null,
    refetchInterval: EVERY,
  });

export const poolsQuery = () =>
  queryOptions({
    queryKey: ['proxies', 'pools'],
    queryFn: ({ signal }) => data(api.GET('/api/proxies/pools', { signal })),
    refetchInterval: EVERY,
  });

export const changesQuery = (filter: ChangeFilter = {}) =>
  queryOptions({
    queryKey: ['proxies', 'changes', filter],
    queryFn: ({ signal }) =>
      data(api.GET('/api/proxies/changes', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY,
  });
