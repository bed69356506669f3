import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { GridColDef } from '@mui/x-data-grid';
import { useNavigate } from 'react-router';

import { FilterBar, type FilterField } from '@/components/filters';
import { StateChip } from '@/components/StateChip';
import { DataTable, PAGE_SIZE } from '@/components/table';
import { Moment } from '@/components/Time';
import { EmptyState } from '@/components/EmptyState';
import type { EngagementSession } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { count } from '@/lib/numbers';
import { isoOf, useZone } from '@/lib/time';
import { endOf } from '@/lib/trouble';
import { useEarlyQuery } from '@/lib/useEarlyQuery';
import { totalOf } from './counters';
import { lasted } from './lasted';
import { sessionsQuery, type Status, STATUSES } from './queries';

const FIELDS: FilterField[] = [
  { kind: 'account', name: 'account', label: 'Account', by: 'login' },
  {
    kind: 'choice',
    name: 'status',
    label: 'Status',
    many: true,
    options: STATUSES.map((value) => ({ value })),
  },
  { kind: 'text', name: 'since', label: 'Since', type: 'datetime-local' },
  { kind: 'text', name: 'until', label: 'Until', type: 'datetime-local' },
];

const number = (
  field: string,
  headerName: string,
  of: (row: EngagementSession) => number,
): GridColDef<EngagementSession> => ({
  field,
  headerName,
  width: 84,
  align: 'right',
  headerAlign: 'right',
  renderCell: ({ row }) => count(of(row)),
});

const COLUMNS: GridColDef<EngagementSession>[] = [
  { field: 'account', headerName: 'Account', flex: 1, minWidth: 170 },
  {
    field: 'status',
    headerName: 'Status',
    width: 120,
    renderCell: ({ row }) => <StateChip state={row.status} />,
  },
  {
    field: 'created_at',
    headerName: 'Asked for',
    width: 160,
    renderCell: ({ row }) => <Moment at={row.created_at} />,
  },
  { field: 'lasted', headerName: 'Lasted', width: 100, valueGetter: (_, row) => lasted(row) },
  number('done', 'Done', (row) => totalOf(row.counters).done),
  number('skipped', 'Skipped', (row) => totalOf(row.counters).skipped),
  number('failed', 'Failed', (row) => totalOf(row.counters).failed),
  {
    field: 'stop_reason',
    headerName: 'How it ended',
    flex: 1.4,
    minWidth: 180,
    valueGetter: (_, row) => endOf(row) ?? '',
  },
  { field: 'requested_by', headerName: 'Asked by', width: 140 },
  { field: 'id', headerName: 'Id', width: 290 },
];

/** All sessions that there were, the newest first. */
export function History() {
  const list = useListState({ account: 'text', status: 'many', since: 'text', until: 'text' });
  const { name: zone } = useZone();
  const navigate = useNavigate();
  const sessions = useEarlyQuery(
    sessionsQuery({
      account: list.filters.account,
      status: list.filters.status as Status[],
      since: isoOf(list.filters.since, zone),
      until: isoOf(list.filters.until, zone),
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  return (
    <Box component="section" aria-label="History" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h2">History</Typography>
      <FilterBar name="sessions" list={list} fields={FIELDS} />
      <Box
        sx={{ maxHeight: 'clamp(420px, 62vh, 760px)', display: 'flex', flexDirection: 'column' }}
      >
        <DataTable
          name="sessions"
          label="Sessions"
          query={sessions}
          columns={COLUMNS}
          list={list}
          hidden={['requested_by', 'id']}
          phone={['account', 'status', 'lasted']}
          onOpen={(row) => void navigate(`/sessions/${row.id}`)}
          empty={
            <EmptyState title="No session has run yet.">
              Start one above. It is kept here, with what it did and how it ended.
            </EmptyState>
          }
        />
      </Box>
    </Box>
  );
}
