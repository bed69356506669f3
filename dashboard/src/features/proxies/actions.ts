import { api, data, type Model } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { useAction } from '@/lib/useAction';
import type { Change, Pool, Proxy, ProxyFilter } from './queries';
import { nameOf } from './reading';

const touches = ['proxies', 'accounts', 'audit', 'inbox', 'tasks', 'batches'];
const of = ({ id }: Pick<Proxy, 'id'>) => ({ path: { proxy_id: id } });

export type Whom = { ids: number[] } | { filter: ProxyFilter };

/** Of many: put into the queue, which says how far it is. */
export function useCheckMany() {
  return useAction({
    run: (whom: Whom) =>
      data(
        api.POST('/api/proxies/check', {
          body: 'ids' in whom ? { ids: whom.ids } : { filter: bare(whom.filter) },
        }),
      ),
    done: ({ matched }) => `${plural(matched, 'check')} in the queue.`,
    failed: 'Nothing was checked.',
    touches,
  });
}

function bare({ limit: _, cursor: __, ...filter }: ProxyFilter): Model<'ProxyQuery'> {
  return filter;
}

/** Of one: now, and what it has shown. */
export function useCheckNow() {
  return useAction({
    run: (proxy: Proxy) => data(api.POST('/api/proxies/{proxy_id}/check', { params: of(proxy) })),
    done: (_, proxy) => `${nameOf(proxy)} was checked.`,
    failed: (proxy) => `${nameOf(proxy)} was not checked.`,
    touches,
  });
}

/** For the form, which shows by itself what is refused. */
export function useAddProxy() {
  return useAction({
    run: (body: Model<'ProxyCreate'>) => data(api.POST('/api/proxies', { body })),
    done: (proxy) => `${nameOf(proxy)} is added.`,
    failed: 'It was not added.',
    undo: (_, proxy) => data(api.DELETE('/api/proxies/{proxy_id}', { params: of(proxy) })),
    quiet: true,
    touches,
  });
}

interface Edit {
  proxy: Proxy;
  change: Model<'ProxyChange'>;
}

export function useChangeProxy() {
  return useAction({
    run: ({ proxy, change }: Edit) =>
      data(api.PATCH('/api/proxies/{proxy_id}', { params: of(proxy), body: change })),
    done: (proxy) => `${nameOf(proxy)} is saved.`,
    failed: 'It was not saved.',
    quiet: true,
    touches,
  });
}

export function useRemoveProxy() {
  return useAction({
    run: (proxy: Proxy) => data(api.DELETE('/api/proxies/{proxy_id}', { params: of(proxy) })),
    done: (_, proxy) => `${nameOf(proxy)} is removed.`,
    failed: (proxy) => `${nameOf(proxy)} was not removed.`,
    touches,
  });
}

interface Propose {
  proxy: Proxy;
  to: number | null;
  reason: string;
}

export function usePropose() {
  return useAction({
    run: ({ proxy, to, reason }: Propose) =>
      data(
        api.POST('/api/proxies/{proxy_id}/change', {
          params: of(proxy),
          body: { to_proxy_id: to, reason },
        }),
      ),
    done: () => 'The change waits to be approved.',
    failed: 'It was not proposed.',
    quiet: true,
    touches,
  });
}

interface Decide {
  change: Change;
  verb: 'approve' | 'refuse';
}

export function useDecide() {
  return useAction({
    run: ({ change: { id }, verb }: Decide) =>
      data(
        verb === 'approve'
          ? api.POST('/api/proxies/changes/{change_id}/approve', {
              params: { path: { change_id: id } },
            })
          : api.POST('/api/proxies/changes/{change_id}/refuse', {
              params: { path: { change_id: id } },
            }),
      ),
    done: (_, { verb }) =>
      verb === 'approve'
        ? 'Approved: each account is moved while nothing works with it.'
        : 'Refused: the accounts stay where they are.',
    failed: 'It was not decided.',
    touches,
  });
}

interface SetPolicy {
  pool: Pool;
  policy: Pool['policy'];
}

export function useSetPolicy() {
  const set = (pool: string, policy: Pool['policy']) =>
    data(api.PUT('/api/proxies/pools/{pool}', { params: { path: { pool } }, body: { policy } }));
  return useAction({
    run: ({ pool, policy }: SetPolicy) => set(pool.pool, policy),
    done: ({ pool, policy }) =>
      policy === 'automatic'
        ? `Accounts of ${pool} move by themselves from now on.`
        : `Whether accounts of ${pool} move is asked from now on.`,
    failed: ({ pool }) => `${pool.pool} was not changed.`,
    undo: ({ pool }) => set(pool.pool, pool.policy),
    touches,
  });
}
