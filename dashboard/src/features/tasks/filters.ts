import type { FilterField } from '@/components/filters';
import type { FilterValues } from '@/lib/listState';
import {
  PRIORITIES,
  priorityName,
  TASK_TYPES,
  typeName,
  WAITING_FOR,
  WAITING_NAMES,
} from '@/lib/tasks';
import type { TaskFilter } from './queries';

/** The filters of the list of tasks, as they stand in the address. */
export const SHAPE = {
  status: 'many',
  type: 'many',
  account: 'text',
  waiting_for: 'one',
  priority: 'one',
  batch_id: 'text',
} as const;

export const TYPES = TASK_TYPES.map((value) => ({ value, label: typeName(value) }));

export const FIELDS: FilterField[] = [
  {
    kind: 'choice',
    name: 'status',
    label: 'Status',
    many: true,
    options: ['pending', 'running', 'completed', 'failed'].map((value) => ({ value })),
  },
  { kind: 'choice', name: 'type', label: 'Type', many: true, options: TYPES },
  { kind: 'account', name: 'account', label: 'Account', by: 'login' },
  {
    kind: 'choice',
    name: 'waiting_for',
    label: 'Waits for',
    options: WAITING_FOR.map((value) => ({ value, label: WAITING_NAMES[value] })),
  },
  {
    kind: 'choice',
    name: 'priority',
    label: 'Priority',
    options: PRIORITIES.map((value) => ({ value: String(value), label: priorityName(value) })),
  },
  { kind: 'text', name: 'batch_id', label: 'Batch' },
];

/** What the server is asked by them. */
export function taskFilterOf(filters: FilterValues<typeof SHAPE>): TaskFilter {
  const priority = Number(filters.priority);
  return {
    status: filters.status as TaskFilter['status'],
    type: filters.type as TaskFilter['type'],
    account: filters.account,
    waiting_for: filters.waiting_for as TaskFilter['waiting_for'],
    priority: PRIORITIES.find((one) => one === priority) ?? null,
    batch_id: filters.batch_id,
  };
}
