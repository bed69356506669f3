import type { ToneName } from '@/theme/palette';
import type { Pool } from './queries';
import { categoryName } from './reading';

export type Standing = 'empty' | 'short' | 'soon' | 'fine';

const SOON = 7 * 86_400_000;

/** How a pool stands: nothing left, not enough for those who wait, empty within a week, or fine. */
export function standingOf(pool: Pool, now: number): Standing {
  if (pool.uses_left === 0) return 'empty';
  if (!pool.is_enough) return 'short';
  return pool.runs_out_at !== null && Date.parse(pool.runs_out_at) - now < SOON ? 'soon' : 'fine';
}

export const LOOKS: Record<Standing, { state: string; label: string; tone: ToneName }> = {
  empty: { state: 'error', label: 'Empty', tone: 'error' },
  short: { state: 'warning', label: 'Too few', tone: 'warning' },
  soon: { state: 'limited', label: 'Ends soon', tone: 'warning' },
  fine: { state: 'ok', label: 'Enough', tone: 'primary' },
};

const ORDER: Standing[] = ['empty', 'short', 'soon', 'fine'];

/** What is most pressing first; nobody waits for an empty pool that no account needs. */
export function byNeed(pools: readonly Pool[], now: number): Pool[] {
  const weight = (pool: Pool) =>
    ORDER.indexOf(standingOf(pool, now)) * 1_000_000 - Math.min(pool.accounts_waiting, 999_999);
  return [...pools].sort((one, other) => weight(one) - weight(other));
}

/** `Story pictures`, `Bios`, `Post captions`. */
export function poolName({ kind, category }: Pick<Pool, 'kind' | 'category'>): string {
  const name = categoryName(category);
  if (kind === 'image') return category === 'pfp' ? `${name}s` : `${name} pictures`;
  return kind === category ? `${name}s` : `${name} ${kind}s`;
}

/** The sentence of the server with a capital and an end. */
export const sentence = ({ summary }: Pool) =>
  `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
