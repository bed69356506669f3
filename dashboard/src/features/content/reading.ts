import type { Model } from '@/lib/api';
import { count } from '@/lib/numbers';
import type { Item } from './queries';

export type State = Model<'ContentState'>;
export type Sort = Model<'ContentSort'>;
export type TextKind = Model<'TextCreate'>['kind'];

export const STATES: State[] = ['available', 'resting', 'used_up', 'archived'];
export const TEXT_KINDS: TextKind[] = ['bio', 'caption', 'title'];
/** The pools that the phases of a warm-up take from unless the settings say otherwise. */
export const CATEGORIES = ['pfp', 'bio', 'post', 'highlight', 'story', 'any'];

const NAMES: Record<string, string> = {
  pfp: 'Profile picture',
  any: 'Any',
  bio: 'Bio',
  post: 'Post',
  highlight: 'Highlight',
  story: 'Story',
  caption: 'Caption',
  title: 'Title',
  image: 'Picture',
};

/** `pfp` as it is read; what somebody has made up stays as it is. */
export const categoryName = (category: string) => NAMES[category] ?? category;

export const SORT_NAMES: Record<Sort, string> = {
  newest: 'Newest first',
  quality: 'Best first',
  uses: 'Most used first',
  last_used: 'Last used first',
};

export const STATE_HINTS: Record<State, string> = {
  available: 'Somebody may be given it.',
  resting: 'It was given to somebody of late, and rests before another account may have it.',
  used_up: 'It was used, or is promised, as often as it may be.',
  archived: 'Nobody is given it any more.',
};

type Usage = Pick<Item, 'use_count' | 'held_count' | 'max_usage'>;

/** `1 of 3`, `4 ×` where it may be used without end; and what is promised to somebody. */
export function usageOf({ use_count: used, held_count: held, max_usage: most }: Usage): string {
  const text = most === null ? `${count(used)} ×` : `${count(used)} of ${count(most)}`;
  return held > 0 ? `${text}, ${count(held)} promised` : text;
}

/** What a field for the most uses holds: nothing is no end. Null where it is no such number. */
export function mostUses(text: string): { value: number | null } | null {
  const clean = text.trim();
  if (clean === '') return { value: null };
  const number = Number(clean);
  return Number.isInteger(number) && number >= 1 && number <= 1_000_000 ? { value: number } : null;
}
