import type { FilterField } from '@/components/filters';
import { isoOf } from '@/lib/time';
import type { EventFilter } from './queries';

/** What the log's address holds; `useListState` reads it. */
export const SHAPE = {
  account: 'one',
  target: 'text',
  action: 'one',
  status: 'one',
  since: 'text',
  until: 'text',
  session: 'text',
} as const;

type Values = { [Name in keyof typeof SHAPE]: string | null };

const ACTIONS = ['follow', 'like', 'comment', 'view', 'visit', 'other'];
const STATUSES = ['success', 'failed', 'skipped', 'retry', 'dedupe_hit', 'unknown'];

export const FIELDS: FilterField[] = [
  { kind: 'search', name: 'target', label: 'Whom it was done to' },
  { kind: 'account', name: 'account', label: 'Account', by: 'id' },
  {
    kind: 'choice',
    name: 'action',
    label: 'Action',
    options: ACTIONS.map((value) => ({ value })),
  },
  {
    kind: 'choice',
    name: 'status',
    label: 'Status',
    options: STATUSES.map((value) =>
      value === 'dedupe_hit' ? { value, label: 'Done before' } : { value },
    ),
  },
  { kind: 'text', name: 'since', label: 'Since', type: 'datetime-local' },
  { kind: 'text', name: 'until', label: 'Until', type: 'datetime-local' },
  { kind: 'text', name: 'session', label: 'Session' },
];

/** The address as the server is asked; the export is asked the same. Times are read in the page's zone. */
export function eventFilterOf(values: Values, zone: string): EventFilter {
  const id = Number(values.account);
  return {
    account_id: Number.isInteger(id) && id > 0 ? id : null,
    target: values.target,
    action: values.action,
    status: values.status as EventFilter['status'],
    since: isoOf(values.since, zone),
    until: isoOf(values.until, zone),
    session_id: values.session,
  };
}
