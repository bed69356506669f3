import type { Task } from '@/lib/api';
import { words } from '@/lib/numbers';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Whom or what a task is about: an account, a handle, a proxy. */
export function subjectOf(task: Pick<Task, 'account' | 'params'>): string {
  const { username, target, proxy } = task.params;
  const handle = text(username) ?? text(target);
  if (handle !== null && task.account === null) return `@${handle}`;
  if (task.account !== null) return handle === null ? task.account : `${task.account} → @${handle}`;
  return typeof proxy === 'number' ? `Proxy ${proxy}` : '–';
}

/** Why it failed, in the words of whoever said so; null where it has not. */
export function errorOf(task: Pick<Task, 'error' | 'reason'>): string | null {
  const { error, reason } = task;
  if (reason === 'cancelled') return 'Somebody has cancelled it.';
  return text(error?.message) ?? (reason === null ? null : words(reason));
}

export interface Step {
  name: string;
  ok: boolean;
  message: string;
}

/** The steps of a result, where it was found out in steps. */
export function stepsOf(result: Task['result']): Step[] {
  const steps = result?.steps;
  return Array.isArray(steps) ? (steps as Step[]) : [];
}

export interface Failure {
  kind: string;
  message: string;
  number: number;
  accounts: string[];
}

/** Failed tasks by their error, the most frequent first. Names and numbers in a message part nothing. */
export function failuresOf(tasks: readonly Task[]): Failure[] {
  const found = new Map<string, Failure>();
  for (const task of tasks) {
    const kind = text(task.error?.class) ?? task.reason ?? 'unknown';
    const message = errorOf(task) ?? 'Nobody said why.';
    const key = `${kind} ${general(message, task.account)}`;
    const failure = found.get(key) ?? { kind, message, number: 0, accounts: [] };
    failure.number += 1;
    if (task.account !== null) failure.accounts.push(task.account);
    found.set(key, failure);
  }
  return [...found.values()].sort((one, other) => other.number - one.number);
}

function general(message: string, account: string | null): string {
  const named = account === null ? message : message.replaceAll(account, '…');
  return named.replaceAll(/\d+/g, '…');
}

// Whom it is about stands in a column of its own, and the message in the words beside it.
const SHOWN_ELSEWHERE = new Set(['account_no', 'message', 'username', 'proxy']);

/** The members that the results have in common, without those that are lists or objects of their own. */
export function resultColumns(tasks: readonly Task[], most = 6): string[] {
  const names = new Map<string, number>();
  for (const { result } of tasks) {
    for (const [name, value] of Object.entries(result ?? {})) {
      // What nobody has is no column, and an id of another list says nothing here.
      if (value === null || typeof value === 'object' || name.endsWith('_id')) continue;
      names.set(name, (names.get(name) ?? 0) + 1);
    }
  }
  return [...names.keys()].filter((name) => !SHOWN_ELSEWHERE.has(name)).slice(0, most);
}
