import type { Batch, TaskType, WaitingFor } from './api';
import { words } from './numbers';

export const TASK_TYPES: TaskType[] = [
  'validate_account',
  'check_proxy',
  'recover_account',
  'rotate_password',
  'refresh_cookies',
  'update_profile',
  'follow',
  'lookup_profile',
  'lookup_posts',
];

const TYPE_NAMES: Partial<Record<string, string>> = {
  lookup_profile: 'Look up profiles',
  lookup_posts: 'Look up posts',
  look_up: 'Look up',
};

export const typeName = (type: string): string => TYPE_NAMES[type] ?? words(type);

export const PRIORITIES = [1, 2, 3, 4] as const;
export const priorityName = (priority: number): string =>
  ['High', 'Medium', 'Low', 'Batch'][priority - 1] ?? String(priority);

export const WAITING_FOR: WaitingFor[] = [
  'turn',
  'retry',
  'account_busy',
  'account_backoff',
  'rate_budget',
  'worker_account',
  'proxy',
  'person',
  'paused',
];

/** What is waited for, in a few words. */
export const WAITING_NAMES: Record<WaitingFor, string> = {
  turn: 'Its turn',
  retry: 'The next attempt',
  account_busy: 'A busy account',
  account_backoff: 'An account that rests',
  rate_budget: 'Room in the rate budget',
  worker_account: 'A worker account',
  proxy: 'A proxy that is down',
  person: 'A person',
  paused: 'The end of a pause',
};

/** What it means, where the server says nothing more precise. */
export const WAITING_ABOUT: Record<WaitingFor, string> = {
  turn: 'Nothing but a free place at a worker.',
  retry: 'It failed in a way that may pass, and is tried again.',
  account_busy: 'The account does something else; one thing at a time.',
  account_backoff: 'The network has asked the account for a pause.',
  rate_budget: 'As much as is safe has been done; older uses leave the span one by one.',
  worker_account: 'No account that may look up is free.',
  proxy: 'It is tried again by itself, and nothing goes out another way.',
  person: 'Somebody has to decide first; see the inbox.',
  paused: 'It goes on by itself once an operator resumes.',
};

/** A batch by its own name, or by what it does. */
export const batchName = ({ name, type }: Pick<Batch, 'name' | 'type'>): string =>
  name ? words(name) : typeName(type);

export function endedOf({ counts }: Pick<Batch, 'counts'>): number {
  return counts.completed + counts.failed;
}

export const isOpenBatch = ({ counts }: Pick<Batch, 'counts'>): boolean =>
  counts.pending + counts.running > 0;
