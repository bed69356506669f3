import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { FilterBar, type FilterField } from '@/components/filters';
import { StateChip } from '@/components/StateChip';
import { DataTable, NOTHING, PAGE_SIZE, type Selection } from '@/components/table';
import { Ago } from '@/components/Time';
import { useListState } from '@/lib/listState';
import { count, words } from '@/lib/numbers';
import { type AlertFilter, alertsQuery } from '@/lib/queries/alerts';
import { useCan } from '@/lib/queries/me';
import { useAcknowledge } from './actions';
import { AlertDrawer } from './AlertDrawer';
import { AlertsFrame } from './AlertsFrame';
import type { Incident } from './queries';
import { aboutOf, KINDS, SEVERITIES, STATES } from './reading';

const choices = (values: readonly string[]) => values.map((value) => ({ value }));
const FIELDS: FilterField[] = [
  { kind: 'choice', name: 'state', label: 'State', many: true, options: choices(STATES) },
  { kind: 'choice', name: 'severity', label: 'Severity', options: choices(SEVERITIES) },
  { kind: 'choice', name: 'kind', label: 'Kind', options: choices(KINDS) },
];

const COLUMNS: GridColDef<Incident>[] = [
  {
    field: 'severity',
    headerName: 'Severity',
    width: 104,
    renderCell: ({ row }) => <StateChip state={row.severity} />,
  },
  {
    field: 'state',
    headerName: 'State',
    width: 132,
    renderCell: ({ row }) => <StateChip state={row.state} />,
  },
  { field: 'message', headerName: 'What is wrong', flex: 2, minWidth: 240 },
  {
    field: 'subject',
    headerName: 'About',
    width: 130,
    valueGetter: (_, row) => aboutOf(row),
  },
  { field: 'kind', headerName: 'Kind', width: 138, valueGetter: (_, row) => words(row.kind) },
  {
    field: 'times',
    headerName: 'Seen',
    width: 76,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => `${count(row.times)} ×`,
  },
  {
    field: 'last_seen_at',
    headerName: 'Last seen',
    width: 104,
    renderCell: ({ row }) => <Ago at={row.last_seen_at} />,
  },
  {
    field: 'opened_at',
    headerName: 'Since',
    width: 104,
    renderCell: ({ row }) => <Ago at={row.opened_at} />,
  },
  {
    field: 'resolved_at',
    headerName: 'Over',
    width: 104,
    renderCell: ({ row }) => <Ago at={row.resolved_at} none="–" />,
  },
  { field: 'acknowledged_by', headerName: 'Seen by', width: 130 },
];

/** Incidents, each told once however often it is seen, the newest first. */
export function AlertsPage() {
  const list = useListState({ state: 'many', severity: 'one', kind: 'one' });
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const canWrite = useCan('alerts:write');
  const acknowledge = useAcknowledge();
  const filter = {
    state: list.filters.state as AlertFilter['state'],
    severity: list.filters.severity as AlertFilter['severity'],
    kind: list.filters.kind as AlertFilter['kind'],
  };
  const alerts = useQuery(alertsQuery({ ...filter, limit: PAGE_SIZE, cursor: list.cursor }));
  const which = selection.kind === 'ids' ? { ids: selection.ids.map(Number) } : { filter };
  // A grid without rows may hold nothing that can be pressed.
  const isNothing = !list.isFiltered && list.page === 1 && alerts.data?.items.length === 0;
  return (
    <AlertsFrame tab="">
      <FilterBar name="alerts" list={list} fields={FIELDS} />
      {isNothing ? (
        <Paper variant="outlined">
          <Nothing />
        </Paper>
      ) : (
        <DataTable
          name="alerts"
          phone={['severity', 'message']}
          label="Alerts"
          query={alerts}
          columns={COLUMNS}
          hidden={['kind', 'resolved_at', 'acknowledged_by']}
          list={list}
          onOpen={(alert) => list.setOpen(String(alert.id))}
          selection={selection}
          onSelect={canWrite ? setSelection : undefined}
          actions={
            <Button
              variant="outlined"
              loading={acknowledge.isPending}
              onClick={() => acknowledge.mutate(which, { onSuccess: () => setSelection(NOTHING) })}
            >
              Acknowledge
            </Button>
          }
          keys={canWrite ? { a: (row) => acknowledge.mutate({ ids: [row.id] }) } : undefined}
          empty={<Nothing />}
        />
      )}
      <AlertDrawer
        id={list.open}
        known={alerts.data?.items.find(({ id }) => String(id) === list.open)}
        onClose={() => list.setOpen(null)}
      />
    </AlertsFrame>
  );
}

function Nothing() {
  return (
    <EmptyState
      title="Nothing has gone wrong."
      actions={
        <Button component={RouterLink} to="/alerts/channels" variant="outlined">
          Say who is told
        </Button>
      }
    >
      A source that does not answer, a budget that is spent, numbers that move unlike themselves:
      each shows here once, for as long as it lasts.
    </EmptyState>
  );
}
