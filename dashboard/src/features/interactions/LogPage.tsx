import Button from '@mui/material/Button';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo } from 'react';
import { Link as RouterLink } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { ExportMenu } from '@/components/ExportMenu';
import { StateChip } from '@/components/StateChip';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import { Moment } from '@/components/Time';
import type { Interaction } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { words } from '@/lib/numbers';
import { useZone } from '@/lib/time';
import { useEarlyQuery } from '@/lib/useEarlyQuery';
import { eventFilterOf, FIELDS, SHAPE } from './filters';
import { InteractionsFrame } from './InteractionsFrame';
import { MetricsStrip } from './MetricsStrip';
import { eventsQuery } from './queries';
import { ruleName } from './rules';
import { WhyDrawer } from './WhyDrawer';

const COLUMNS: GridColDef<Interaction>[] = [
  { field: 'ts', headerName: 'Time', width: 160, renderCell: ({ row }) => <Moment at={row.ts} /> },
  {
    field: 'account',
    headerName: 'Account',
    flex: 1,
    minWidth: 160,
    valueGetter: (_, row) => row.account ?? 'the installation',
  },
  {
    field: 'action',
    headerName: 'Action',
    width: 90,
    valueGetter: (_, row) => words(row.action),
  },
  {
    field: 'target_username',
    headerName: 'Target',
    flex: 1,
    minWidth: 160,
    valueGetter: (_, row) => `@${row.target_username}`,
  },
  {
    field: 'status',
    headerName: 'Status',
    width: 130,
    renderCell: ({ row }) => <StateChip state={row.status} />,
  },
  {
    field: 'reason',
    headerName: 'Why',
    flex: 1,
    minWidth: 150,
    valueGetter: (_, row) => (row.reason ? ruleName(row.reason) : ''),
  },
  {
    field: 'latency_ms',
    headerName: 'ms',
    width: 70,
    align: 'right',
    headerAlign: 'right',
  },
];

/** Everything that was done, tried and left, the newest first. */
export function LogPage() {
  const list = useListState(SHAPE);
  const { name: zone } = useZone();
  const { filters } = list;
  const filter = useMemo(() => eventFilterOf(filters, zone), [filters, zone]);
  const events = useEarlyQuery(eventsQuery({ ...filter, limit: PAGE_SIZE, cursor: list.cursor }));
  const open = events.data?.items.find((event) => String(event.id) === list.open);
  return (
    <InteractionsFrame
      tab=""
      actions={<ExportMenu path="/api/interactions/export" query={filter} />}
    >
      <MetricsStrip />
      <FilteredTable
        name="interactions"
        fields={FIELDS}
        phone={['target_username', 'status']}
        label="Interactions"
        query={events}
        columns={COLUMNS}
        list={list}
        onOpen={(event) => list.setOpen(String(event.id))}
        empty={
          <EmptyState
            title="Nothing has been done yet."
            actions={
              <Button component={RouterLink} to="/sessions" variant="outlined">
                Go to sessions
              </Button>
            }
          >
            A session writes down here each act, each person that it passes by, and why.
          </EmptyState>
        }
      />
      <WhyDrawer
        event={open}
        isOpen={list.open !== null && events.data !== undefined}
        onClose={() => list.setOpen(null)}
      />
    </InteractionsFrame>
  );
}
