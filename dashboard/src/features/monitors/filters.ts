import type { FilterField } from '@/components/filters';
import type { FilterValues } from '@/lib/listState';
import type { MonitorFilter } from './queries';
import { KIND_NAMES } from './reading';

/** The filters of the list of monitors, as they stand in the address. */
export const SHAPE = { q: 'text', kind: 'one', status: 'many', show: 'one' } as const;

export const FIELDS: FilterField[] = [
  { kind: 'search', name: 'q', label: 'Handle or shortcode' },
  {
    kind: 'choice',
    name: 'kind',
    label: 'Kind',
    options: Object.entries(KIND_NAMES).map(([value, label]) => ({ value, label })),
  },
  {
    kind: 'choice',
    name: 'status',
    label: 'Status',
    many: true,
    options: ['active', 'paused', 'stopped'].map((value) => ({ value })),
  },
  {
    kind: 'choice',
    name: 'show',
    label: 'Numbers',
    options: [
      { value: 'stale', label: 'Stale' },
      { value: 'fresh', label: 'Not stale' },
      { value: 'due', label: 'Due by now' },
    ],
  },
];

/** What the server is asked by them. Without a status it shows all but the stopped ones. */
export function monitorFilterOf(filters: FilterValues<typeof SHAPE>): MonitorFilter {
  const { show } = filters;
  return {
    q: filters.q,
    kind: filters.kind as MonitorFilter['kind'],
    status: filters.status as MonitorFilter['status'],
    stale: show === 'stale' ? true : show === 'fresh' ? false : null,
    due: show === 'due' ? true : null,
  };
}
