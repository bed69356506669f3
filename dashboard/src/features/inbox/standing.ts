import type { InboxItem, Me } from '@/lib/api';

/** Whether what the API calls `actor` is this person: `operator:anna` is Anna; the local operator has no kind. */
export function isNameOf(actor: string, name: string): boolean {
  return actor === name || actor.slice(actor.indexOf(':') + 1) === name;
}

/** A person's name without its kind. */
export const nameOf = (actor: string) => actor.replace(/^operator:/, '');

/** Who has the item, or is to have it, from the point of view of whoever looks. */
export function standingOf(item: InboxItem, me: Me | undefined) {
  const holder = item.claimed_by ?? item.assigned_to;
  const isMine = holder !== null && me !== undefined && isNameOf(holder, me.name);
  return {
    /** The reader has taken it up. */
    isTaken: isMine && item.claimed_by !== null,
    /** Somebody else has it, so it is taken over first. */
    isOthers: holder !== null && !isMine,
    holder,
  };
}

/** What the link of an item is for. */
export const LINK_WORDS: Partial<Record<InboxItem['kind'], string>> = {
  challenge: 'Open the challenge',
  assisted_task: 'Open where it is done',
  second_factor: 'Open the page',
};
