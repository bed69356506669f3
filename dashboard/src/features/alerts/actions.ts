import { api, ApiError, data, type Model } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { type AlertFilter } from '@/lib/queries/alerts';
import { useAction } from '@/lib/useAction';
import type { Channel } from './queries';

const touches = ['alerts', 'audit'];
const AT_ONCE = 6;
const PAGE = 1000;

export const alertWords = (number: number) => plural(number, 'alert');

const acknowledge = (id: number) =>
  data(api.POST('/api/alerts/{alert_id}/acknowledge', { params: { path: { alert_id: id } } }));

/** Alerts by their ids, or all open ones that the filters of the list match. */
export type Which = { ids: number[] } | { filter: AlertFilter };

interface Seen {
  seen: number;
  /** Those that were over, or gone, before anybody could say so. */
  over: number;
}

async function acknowledgeAll(which: Which): Promise<Seen> {
  const ids = 'ids' in which ? which.ids : await openOnes(which.filter);
  const found: Seen = { seen: 0, over: 0 };
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const part = ids.slice(first, first + AT_ONCE);
    const ends = await Promise.allSettled(part.map(acknowledge));
    for (const end of ends) {
      if (end.status === 'fulfilled') found.seen += 1;
      else if (isOver(end.reason)) found.over += 1;
      else throw end.reason;
    }
  }
  return found;
}

const isOver = (error: unknown) =>
  error instanceof ApiError && (error.status === 409 || error.status === 404);

async function openOnes(filter: AlertFilter): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { ...filter, state: ['open' as const], limit: PAGE, cursor };
    const page = await data(api.GET('/api/alerts', { params: { query } }));
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

export function useAcknowledge() {
  return useAction({
    run: acknowledgeAll,
    done: ({ seen, over }) =>
      `${alertWords(seen)} acknowledged.${over > 0 ? ` ${alertWords(over)} over already.` : ''}`,
    failed: 'Not all of it was acknowledged.',
    touches,
  });
}

const of = ({ id }: Pick<Channel, 'id'>) => ({ params: { path: { channel_id: id } } });

/** For the form, which shows by itself what is refused. */
export function useAddChannel() {
  return useAction({
    run: (body: Model<'ChannelCreate'>) => data(api.POST('/api/alerts/channels', { body })),
    done: ({ name }) => `Alerts go to ${name} from now on.`,
    failed: 'The channel was not added.',
    undo: (_, channel) => data(api.DELETE('/api/alerts/channels/{channel_id}', of(channel))),
    quiet: true,
    touches,
  });
}

export function useChangeChannel({ quiet = false }: { quiet?: boolean } = {}) {
  return useAction({
    run: ({ channel, change }: { channel: Channel; change: Model<'ChannelChange'> }) =>
      data(api.PATCH('/api/alerts/channels/{channel_id}', { ...of(channel), body: change })),
    done: ({ name, enabled }, { change }) => {
      if (change.enabled === undefined) return `${name} is changed.`;
      return enabled ? `Alerts go to ${name} again.` : `No alerts go to ${name} any more.`;
    },
    failed: ({ channel }) => `${channel.name} was not changed.`,
    quiet,
    touches,
  });
}

export function useRemoveChannel() {
  return useAction({
    run: (channel: Channel) => data(api.DELETE('/api/alerts/channels/{channel_id}', of(channel))),
    done: (_, { name }) => `${name} is removed.`,
    failed: ({ name }) => `${name} was not removed.`,
    touches,
  });
}

export function useTestChannel() {
  return useAction({
    run: (channel: Channel) =>
      data(api.POST('/api/alerts/channels/{channel_id}/test', of(channel))),
    done: () => null,
    failed: ({ name }) => `${name} was not tried.`,
    touches,
  });
}
