import { queryOptions } from '@tanstack/react-query';

import { api, data, type InboxItem } from '@/lib/api';
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

export function useClaim() {
  return useAction({
    run: ({ item, how }: Claim) =>
      data(
        api.POST('/api/inbox/{item_id}/claim', {
          params: { path: { item_id: item.id } },
          body: { release: how === 'release', take_over: how === 'take_over' },
        }),
      ),
    done: (_, { how }) => SAID[how],
    failed: 'That was not possible.',
    touches: ['inbox'],
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
          params: { path: { item_id: item.id } },
          body: { resolution, note: note.trim() === '' ? null : note.trim() },
        }),
      ),
    done: (item) => `Settled: ${item.title}`,
    failed: 'It was not settled.',
    touches: ['inbox', 'accounts', 'states', 'attempts', 'interactions', 'metrics', 'audit'],
  });
}
