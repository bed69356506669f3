import type { Item } from './queries';
import { mostUses } from './reading';

/** What a form says of an item, as its fields hold it. */
export interface Details {
  category: string;
  tags: string[];
  quality: number;
  /** Empty for no end. */
  max_usage: string;
}

export const FIRST: Details = { category: 'post', tags: [], quality: 50, max_usage: '1' };

export const detailsOf = (item: Item): Details => ({
  category: item.category,
  tags: item.tags,
  quality: item.quality,
  max_usage: item.max_usage === null ? '' : String(item.max_usage),
});

export type Wrong = Partial<Record<string, string>>;

const CATEGORY = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** What keeps it from being sent, by field; the server would say the same. */
export function wrongIn(details: Details): Wrong {
  const wrong: Wrong = {};
  if (!CATEGORY.test(details.category))
    wrong.category = 'Small letters, digits, - and _; at most 40.';
  if (mostUses(details.max_usage) === null) wrong.max_usage = 'A number from 1, or nothing.';
  return wrong;
}

/** As the server takes it. */
export const sentOf = ({ max_usage, ...others }: Details) => ({
  ...others,
  max_usage: mostUses(max_usage)?.value ?? null,
});
