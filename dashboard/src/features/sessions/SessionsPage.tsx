import Button from '@mui/material/Button';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';

import { FilterBar, type FilterField } from '@/components/filters';
import { Page } from '@/components/Page';
import { StateChip } from '@/components/StateChip';
import { DataTable, PAGE_SIZE } from '@/components/table';
import { Ago, Moment } from '@/components/Time';
import type { EngagementSession, Model } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { useCan } from '@/lib/queries/me';
import { useStopSession } from './actions';
import { sessionsQuery } from './queries';

const STATUSES: Model<'SessionStatus'>[] = ['starting', 'running', 'stopping', 'stopped', 'failed'];
const FIELDS: FilterField[] = [
  { kind: 'search', name: 'account', label: 'Account, by its login' },
  {
    kind: 'choice',
    name: 'status',
    label: 'Status',
    options: STATUSES.map((value) => ({ value })),
  },
];

export function SessionsPage() {
  const list = useListState({ account: 'text', status: 'one' });
  const sessions = useQuery(
    sessionsQuery({
      account: list.filters.account,
      status: list.filters.status as Model<'SessionStatus'> | null,
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  const stop = useStopSession();
  const canStop = useCan('sessions:control');

  const columns: GridColDef<EngagementSession>[] = [
    { field: 'account', headerName: 'Account', flex: 1, minWidth: 180 },
    {
      field: 'status',
      headerName: 'Status',
      width: 130,
      renderCell: ({ row }) => (
        <StateChip state={row.status} hint={row.stop_reason ?? row.last_error} />
      ),
    },
    { field: 'current_job', headerName: 'Doing', flex: 1, minWidth: 140 },
    {
      field: 'started_at',
      headerName: 'Started',
      width: 170,
      renderCell: ({ row }) => <Moment at={row.started_at} />,
    },
    {
      field: 'heartbeat_at',
      headerName: 'Last seen',
      width: 110,
      renderCell: ({ row }) => <Ago at={row.heartbeat_at} />,
    },
    {
      field: 'actions',
      headerName: '',
      width: 90,
      renderCell: ({ row }) =>
        canStop &&
        row.status === 'running' && (
          <Button
            loading={stop.isPending && stop.variables.account === row.account}
            onClick={() => stop.mutate(row)}
          >
            Stop
          </Button>
        ),
    },
  ];
  return (
    <Page title="Sessions" fill>
      <FilterBar name="sessions" list={list} fields={FIELDS} />
      <DataTable
        name="sessions"
        label="Sessions"
        query={sessions}
        columns={columns}
        list={list}
        empty="No session has run yet."
      />
    </Page>
  );
}
