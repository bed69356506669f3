import type { Model } from '@/lib/api';

type RuntimeSettings = Model<'RuntimeSettings'>;

export type ActionName = 'follow' | 'like' | 'comment' | 'view' | 'other';
export const ACTIONS: ActionName[] = ['follow', 'like', 'comment', 'view', 'other'];

/** What the form holds: text, as it is typed, so that a field may be empty for a while. */
export interface Draft {
  reengagement_days: string;
  days_by_action: Record<ActionName, string>;
  dedup_scope: RuntimeSettings['dedup_scope'];
  rate_limit_steps: string;
  cooldown_after_consecutive: string;
  cooldown_minutes: string;
  limits: Record<ActionName, { per_hour: string; per_day: string; seconds_apart: string }>;
  lookups_per_15_minutes: string;
  lookups_per_account: string;
  validation_concurrency: string;
  engage_before_warm_up: boolean;
  cache_seconds: string;
  trace_days: string;
}

export type Changes = Record<string, unknown>;

const NUMBERS = [
  'reengagement_days',
  'cooldown_after_consecutive',
  'cooldown_minutes',
  'lookups_per_15_minutes',
  'lookups_per_account',
  'validation_concurrency',
  'cache_seconds',
  'trace_days',
] as const;
const LIMIT_PARTS = ['per_hour', 'per_day', 'seconds_apart'] as const;

const forEachAction = <Value>(make: (action: ActionName) => Value) =>
  Object.fromEntries(ACTIONS.map((action) => [action, make(action)])) as Record<ActionName, Value>;

export function draftOf(values: RuntimeSettings): Draft {
  const days = (values.reengagement_days_by_action ?? {}) as Partial<Record<ActionName, number>>;
  const limits = (values.limits ?? {}) as Partial<
    Record<ActionName, { per_hour: number; per_day: number; seconds_apart: number }>
  >;
  return {
    ...(Object.fromEntries(NUMBERS.map((name) => [name, String(values[name])])) as Record<
      (typeof NUMBERS)[number],
      string
    >),
    days_by_action: forEachAction((action) => String(days[action] ?? '')),
    dedup_scope: values.dedup_scope,
    rate_limit_steps: values.rate_limit_steps.join(', '),
    engage_before_warm_up: values.engage_before_warm_up,
    limits: forEachAction((action) => ({
      per_hour: String(limits[action]?.per_hour ?? ''),
      per_day: String(limits[action]?.per_day ?? ''),
      seconds_apart: String(limits[action]?.seconds_apart ?? ''),
    })),
  };
}

/** A number as it is meant; what is none is sent as it is typed, and the server names the field. */
function number(text: string): number | string {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

function steps(text: string): (number | string)[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(number);
}

/** Only what differs: `PUT /api/settings` merges, so what somebody else changed meanwhile stays. */
export function changesBetween(before: Draft, after: Draft): Changes {
  const changes: Changes = {};
  for (const name of NUMBERS) {
    if (before[name] !== after[name]) changes[name] = number(after[name]);
  }
  if (before.rate_limit_steps !== after.rate_limit_steps) {
    changes.rate_limit_steps = steps(after.rate_limit_steps);
  }
  if (before.dedup_scope !== after.dedup_scope) changes.dedup_scope = after.dedup_scope;
  if (before.engage_before_warm_up !== after.engage_before_warm_up) {
    changes.engage_before_warm_up = after.engage_before_warm_up;
  }
  const days: Changes = {};
  const limits: Record<string, Changes> = {};
  for (const action of ACTIONS) {
    if (before.days_by_action[action] !== after.days_by_action[action]) {
      const text = after.days_by_action[action];
      days[action] = text.trim() === '' ? null : number(text);
    }
    for (const part of LIMIT_PARTS) {
      if (before.limits[action][part] === after.limits[action][part]) continue;
      limits[action] = { ...limits[action], [part]: number(after.limits[action][part]) };
    }
  }
  if (Object.keys(days).length > 0) changes.reengagement_days_by_action = days;
  if (Object.keys(limits).length > 0) changes.limits = limits;
  return changes;
}

/** How many single values a set of changes holds. */
export function sizeOf(changes: Changes): number {
  return Object.values(changes).reduce<number>((total, value) => {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return total + (nested ? sizeOf(value as Changes) : 1);
  }, 0);
}
