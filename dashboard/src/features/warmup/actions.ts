import { api, asApiError, data, type Model } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { useAction } from '@/lib/useAction';
import type { Bot, Phase, Row } from './queries';
import { PHASE_NAMES } from './reading';

const touches = ['warmup', 'accounts', 'inbox', 'content', 'audit'];
const AT_ONCE = 6;

export const accountWords = (number: number) => plural(number, 'account');

interface Started {
  started: number;
  refused: number;
  /** Why the first of them was refused. */
  reason: string | null;
}

async function start(ids: number[]): Promise<Started> {
  const found: Started = { started: 0, refused: 0, reason: null };
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const ends = await Promise.allSettled(
      ids
        .slice(first, first + AT_ONCE)
        .map((account_id) =>
          data(api.POST('/api/warmup/{account_id}/start', { params: { path: { account_id } } })),
        ),
    );
    for (const end of ends) {
      if (end.status === 'fulfilled') found.started += 1;
      else {
        const refusal = asApiError(end.reason);
        // That it is not reachable, or not allowed, is the same for all the others.
        if (refusal.status !== 409 && refusal.status !== 404) throw end.reason;
        found.refused += 1;
        found.reason ??= refusal.message;
      }
    }
  }
  return found;
}

/** The five phases are made; bots find the accounts from then on. */
export function useStart() {
  return useAction({
    run: (ids: number[]) => start(ids),
    done: ({ started, refused, reason }) => {
      const rest = refused > 0 ? ` ${accountWords(refused)} refused: ${reason ?? ''}` : '';
      if (started === 0) return `Nothing is begun.${rest}`;
      return `The warm-up of ${accountWords(started)} has begun; bots find ${started === 1 ? 'it' : 'them'} now.${rest}`;
    },
    failed: 'The warm-up has not begun.',
    touches,
  });
}

export type Verb = 'retry' | 'skip' | 'review';

export interface Order {
  row: Row;
  phase: Phase;
  verb: Verb;
  note: string;
}

const DONE: Record<Verb, string> = {
  retry: 'is available again',
  skip: 'is left out',
  review: 'waits for a person',
};

/** For the dialog, which shows by itself what is refused. */
export function useDecide() {
  return useAction({
    run: ({ row, phase, verb, note }: Order) => {
      const params = { path: { account_id: row.account_id, phase } };
      const said = note.trim() === '' ? null : note.trim();
      const at = '/api/warmup/{account_id}/phases/{phase}' as const;
      if (verb === 'skip')
        return data(api.POST(`${at}/skip`, { params, body: { note: note.trim() } }));
      if (verb === 'review')
        return data(api.POST(`${at}/review`, { params, body: { note: said, decision: null } }));
      return data(api.POST(`${at}/retry`, { params, body: { note: said } }));
    },
    done: (_, { row, phase, verb }) => `${PHASE_NAMES[phase]} of ${row.login} ${DONE[verb]}.`,
    failed: 'Nothing has changed.',
    quiet: true,
    touches,
  });
}

export function useAddBot() {
  return useAction({
    run: (body: Model<'BotCreate'>) => data(api.POST('/api/bots', { body })),
    done: () => null,
    failed: 'No bot is made.',
    quiet: true,
    touches: ['bots', 'tokens', 'audit'],
  });
}

export function useRevoke() {
  return useAction({
    run: (bot: Bot) =>
      data(api.DELETE('/api/tokens/{token_id}', { params: { path: { token_id: bot.id } } })),
    done: (_, { name }) => `${name} is refused from now on.`,
    failed: ({ name }) => `${name} is not revoked.`,
    touches: ['bots', 'tokens', 'audit'],
  });
}
