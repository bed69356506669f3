import type { Model } from '@/lib/api';
import { type KeepingDraft, keepingChanges, keepingOf } from './keeping';
import { number } from './typed';

type RuntimeSettings = Model<'RuntimeSettings'>;

export type ActionName = 'follow' | 'like' | 'comment' | 'view' | 'other';
export const ACTIONS: ActionName[] = ['follow', 'like', 'comment', 'view', 'other'];

/** What the form holds: text, as it is typed, so that a field may be empty for a while. */
export interface Draft extends KeepingDraft {
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
  ramp: RampDraft;
}

/** How limits of young accounts grow; shares are percent, the curve is `day:percent` with commas. */
export interface RampDraft {
  enabled: boolean;
  all_accounts: boolean;
  curve: string;
  trouble_share: string;
  trouble_hours: string;
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
    ramp: rampOf(values.ramp),
    ...keepingOf(values),
    limits: forEachAction((action) => ({
      per_hour: String(limits[action]?.per_hour ?? ''),
      per_day: String(limits[action]?.per_day ?? ''),
      seconds_apart: String(limits[action]?.seconds_apart ?? ''),
    })),
  };
}

type Ramp = Partial<Model<'RampSettings'>>;

function rampOf(ramp: Ramp = {}): RampDraft {
  const percent = (share: number) => String(Number((share * 100).toFixed(4)));
  return {
    enabled: ramp.enabled ?? true,
    all_accounts: ramp.all_accounts ?? false,
    curve: (ramp.curve ?? []).map(({ day, share }) => `${day}:${percent(share)}`).join(', '),
    trouble_share: percent(ramp.trouble_share ?? 1),
    trouble_hours: String(ramp.trouble_hours ?? 0),
  };
}

/** `1:10, 3:20` as points; what is none is sent as it is typed, and the server names the field. */
export function curvePoints(text: string): { day: number | string; share: number | string }[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [day = '', share = ''] = part.split(':');
      return { day: number(day), share: shareOf(share) };
    });
}

function shareOf(text: string): number | string {
  const value = number(text);
  return typeof value === 'number' ? Number((value / 100).toFixed(6)) : value;
}

function rampChanges(before: RampDraft, after: RampDraft): Changes {
  const changes: Changes = {};
  if (before.enabled !== after.enabled) changes.enabled = after.enabled;
  if (before.all_accounts !== after.all_accounts) changes.all_accounts = after.all_accounts;
  if (before.curve !== after.curve) changes.curve = curvePoints(after.curve);
  if (before.trouble_share !== after.trouble_share) {
    changes.trouble_share = shareOf(after.trouble_share);
  }
  if (before.trouble_hours !== after.trouble_hours) {
    changes.trouble_hours = number(after.trouble_hours);
  }
  return changes;
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
  const ramp = rampChanges(before.ramp, after.ramp);
  if (Object.keys(ramp).length > 0) changes.ramp = ramp;
  if (Object.keys(days).length > 0) changes.reengagement_days_by_action = days;
  if (Object.keys(limits).length > 0) changes.limits = limits;
  return { ...changes, ...keepingChanges(before, after) };
}

/** How many single values a set of changes holds. */
export function sizeOf(changes: Changes): number {
  return Object.values(changes).reduce<number>((total, value) => {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return total + (nested ? sizeOf(value as Changes) : 1);
  }, 0);
}
