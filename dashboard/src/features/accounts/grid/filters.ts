import type { FilterField } from '@/components/filters';
import { NOTHING, type Selection } from '@/components/table';
import type { Model } from '@/lib/api';
import type { FilterValues } from '@/lib/listState';
import type { AccountQuery } from '../queries';

/** The filters of the grid, as they stand in the address. */
export const SHAPE = {
  search: 'text',
  status: 'many',
  type: 'one',
  health: 'many',
  lifecycle: 'many',
  persona: 'one',
  label: 'text',
  paused: 'one',
} as const;

export type AccountFilters = FilterValues<typeof SHAPE>;
export type BulkFilter = Model<'FilterQuery'>;

const valuesOf = (values: string[]) => values.map((value) => ({ value }));

export function fieldsOf(personas: string[]): FilterField[] {
  return [
    { kind: 'search', name: 'search', label: 'Login, number or address' },
    {
      kind: 'choice',
      name: 'health',
      label: 'Health',
      many: true,
      options: valuesOf([
        'ok',
        'unknown',
        'needs_human',
        'cooldown',
        'locked',
        'suspended',
        'error',
      ]),
    },
    {
      kind: 'choice',
      name: 'lifecycle',
      label: 'Lifecycle',
      many: true,
      options: valuesOf(['imported', 'ready', 'warming_up', 'active', 'retired']),
    },
    {
      kind: 'choice',
      name: 'paused',
      label: 'Paused',
      options: [
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No' },
      ],
    },
    { kind: 'choice', name: 'persona', label: 'Persona', options: valuesOfNames(personas) },
    { kind: 'text', name: 'label', label: 'Label' },
    {
      kind: 'choice',
      name: 'status',
      label: 'Validation',
      many: true,
      options: valuesOf(['pending', 'validating', 'completed', 'failed', 'recovering']),
    },
    { kind: 'choice', name: 'type', label: 'Kind', options: valuesOf(['normal', 'worker']) },
  ];
}

/** A name is shown as it is written, without a capital of ours. */
function valuesOfNames(names: string[]) {
  return names.map((name) => ({ value: name, label: name }));
}

/** What the server is asked by them; several labels are parted by commas. */
export function filterOf(filters: AccountFilters): BulkFilter {
  return {
    search: filters.search,
    status: filters.status as BulkFilter['status'],
    type: (filters.type ?? 'all') as BulkFilter['type'],
    health: filters.health as BulkFilter['health'],
    lifecycle: filters.lifecycle as BulkFilter['lifecycle'],
    persona: filters.persona,
    paused: filters.paused === null ? null : filters.paused === 'true',
    label: labelsOf(filters.label ?? ''),
  };
}

/** The same, for an address: what is not filtered by is left out. */
export function queryOf(filters: AccountFilters): AccountQuery {
  const filter = filterOf(filters);
  const kept = Object.entries(filter).filter(
    ([name, value]) =>
      value !== null && value !== undefined && !(name === 'type' && value === 'all'),
  );
  return Object.fromEntries(
    kept.filter(([, value]) => !Array.isArray(value) || value.length > 0),
  ) as AccountQuery;
}

/** What the file is about: the chosen ones; without any, whatever the filters match. */
export function exportOf(
  filters: AccountFilters,
  selection: Selection = NOTHING,
): Record<string, unknown> {
  if (selection.kind === 'matching' || selection.ids.length === 0) return queryOf(filters);
  // Retired ones are named by their ids, and still left out unless they are asked for.
  return { ids: selection.ids.join(','), lifecycle: filters.lifecycle };
}

export function labelsOf(text: string): string[] {
  return [...new Set(text.split(',').map((one) => one.trim()))].filter((one) => one !== '');
}
