import { queryOptions } from '@tanstack/react-query';

import { api, data, type InboxItem, request } from '@/lib/api';
import { useAction } from '@/lib/useAction';

export const itemQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['inbox', 'item', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/inbox/{item_id}', { params: { path: { item_id: Number(id) } }, signal })),
    enabled: id !== null,
  });

interface Claim {
  item: InboxItem;
  how: 'claim' | 'release' | 'take_over';
}

const SAID = {
  claim: 'You have taken it up.',
  release: 'It is open to others again.',
  take_over: 'You have taken it over.',
};

const of = (item: InboxItem) => ({ path: { item_id: item.id } });

export function useClaim() {
  return useAction({
    run: ({ item, how }: Claim) =>
      data(
        api.POST('/api/inbox/{item_id}/claim', {
          params: of(item),
          body: { release: how === 'release', take_over: how === 'take_over' },
        }),
      ),
    done: (_, { how }) => SAID[how],
    failed: 'That was not possible.',
    touches: ['inbox'],
  });
}

interface Assign {
  item: InboxItem;
  /** Null lets anybody. */
  operator: string | null;
}

export function useAssign() {
  const assign = (item: InboxItem, operator: string | null) =>
    data(api.POST('/api/inbox/{item_id}/assign', { params: of(item), body: { operator } }));
  return useAction({
    run: ({ item, operator }: Assign) => assign(item, operator),
    done: (_, { operator }) =>
      operator === null ? 'Anybody may take it up.' : `It waits for ${operator}.`,
    failed: 'It was not assigned.',
    undo: ({ item }) => assign(item, item.assigned_to),
    touches: ['inbox', 'audit'],
  });
}

interface Added {
  item: InboxItem;
  file: File;
}

/** A picture that shows what was done or seen. */
export function useAddPicture() {
  return useAction({
    run: ({ item, file }: Added) => {
      const form = new FormData();
      form.set('file', file);
      return request<InboxItem>(`/api/inbox/${item.id}/evidence`, { method: 'POST', form });
    },
    done: () => 'The picture is added.',
    failed: 'The picture was not added.',
    touches: ['inbox', 'evidence', 'audit'],
  });
}

interface Resolve {
  item: InboxItem;
  resolution: string;
  note: string;
}

export function useResolve() {
  return useAction({
    run: ({ item, resolution, note }: Resolve) =>
      data(
        api.POST('/api/inbox/{item_id}/resolve', {
          params: of(item),
          body: { resolution, note: note.trim() === '' ? null : note.trim() },
        }),
      ),
    done: (item) => `Settled: ${item.title}`,
    failed: 'It was not settled.',
    touches: [
      'inbox',
      'accounts',
      'states',
      'attempts',
      'interactions',
      'metrics',
      'audit',
      'tasks',
      'proxies',
    ],
  });
}
