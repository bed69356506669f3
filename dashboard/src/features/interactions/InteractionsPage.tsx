import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';

import { FilterBar, type FilterField } from '@/components/filters';
import { Page } from '@/components/Page';
import { StateChip } from '@/components/StateChip';
import { DataTable, PAGE_SIZE } from '@/components/table';
import { Moment } from '@/components/Time';
import type { Interaction } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { type EventFilter, eventsQuery } from './queries';

const FIELDS: FilterField[] = [
  { kind: 'search', name: 'target', label: 'Whom it was done to' },
  {
    kind: 'choice',
    name: 'action',
    label: 'Action',
    options: ['follow', 'like', 'comment', 'view', 'other'].map((value) => ({ value })),
  },
  {
    kind: 'choice',
    name: 'status',
    label: 'Status',
    options: ['success', 'failed', 'skipped', 'retry', 'dedupe_hit', 'unknown'].map((value) => ({
      value,
    })),
  },
];

const COLUMNS: GridColDef<Interaction>[] = [
  { field: 'ts', headerName: 'Time', width: 170, renderCell: ({ row }) => <Moment at={row.ts} /> },
  { field: 'account', headerName: 'Account', flex: 1, minWidth: 160 },
  { field: 'action', headerName: 'Action', width: 100 },
  { field: 'target_username', headerName: 'Target', flex: 1, minWidth: 160 },
  {
    field: 'status',
    headerName: 'Status',
    width: 130,
    renderCell: ({ row }) => <StateChip state={row.status} hint={row.reason} />,
  },
  { field: 'latency_ms', headerName: 'ms', width: 80, align: 'right', headerAlign: 'right' },
];

export function InteractionsPage() {
  const list = useListState({ target: 'text', action: 'one', status: 'one' });
  const events = useQuery(
    eventsQuery({
      target: list.filters.target,
      action: list.filters.action as EventFilter['action'],
      status: list.filters.status as EventFilter['status'],
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  return (
    <Page title="Interactions" fill>
      <FilterBar name="interactions" list={list} fields={FIELDS} />
      <DataTable
        name="interactions"
        label="Interactions"
        query={events}
        columns={COLUMNS}
        list={list}
        empty="Nothing has been done yet."
      />
    </Page>
  );
}
