import Box from '@mui/material/Box';
import type { GridColDef } from '@mui/x-data-grid';

import { ExportMenu } from '@/components/ExportMenu';
import type { FilterField } from '@/components/filters';
import { Page } from '@/components/Page';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import { Moment } from '@/components/Time';
import type { AuditEntry } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { isoOf, useZone } from '@/lib/time';
import { useEarlyQuery } from '@/lib/useEarlyQuery';
import { AuditDrawer } from './AuditDrawer';
import { type AuditFilter, auditQuery } from './queries';
import { useVerify, VerdictLine, VerifyButton } from './Verify';

const FIELDS: FilterField[] = [
  { kind: 'text', name: 'actor', label: 'Who' },
  { kind: 'text', name: 'action', label: 'What' },
  { kind: 'text', name: 'subject_kind', label: 'Kind' },
  { kind: 'text', name: 'subject_id', label: 'Id' },
  { kind: 'text', name: 'since', label: 'Since', type: 'datetime-local' },
  { kind: 'text', name: 'until', label: 'Until', type: 'datetime-local' },
];
const ALL = {
  actor: null,
  action: null,
  subject_kind: null,
  subject_id: null,
  since: null,
  until: null,
};

const COLUMNS: GridColDef<AuditEntry>[] = [
  { field: 'at', headerName: 'Time', width: 170, renderCell: ({ row }) => <Moment at={row.at} /> },
  { field: 'actor', headerName: 'Who', flex: 1, minWidth: 140 },
  { field: 'action', headerName: 'What', flex: 1, minWidth: 170 },
  {
    field: 'subject_id',
    headerName: 'On what',
    flex: 1,
    minWidth: 150,
    renderCell: ({ row }) => (
      <Box component="span" title={`${row.subject_kind} ${row.subject_id}`}>
        {row.subject_kind}{' '}
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {row.subject_id}
        </Box>
      </Box>
    ),
  },
  { field: 'reason', headerName: 'Reason', flex: 2, minWidth: 160 },
];

/** Everything that anybody has changed, newest first, and whether the log of it is whole. */
export function AuditPage() {
  const list = useListState({
    actor: 'text',
    action: 'text',
    subject_kind: 'text',
    subject_id: 'text',
    since: 'text',
    until: 'text',
  });
  const { name: zone } = useZone();
  const { since, until, ...words } = list.filters;
  const filters: AuditFilter = { ...words, since: isoOf(since, zone), until: isoOf(until, zone) };
  const entries = useEarlyQuery(auditQuery({ ...filters, limit: PAGE_SIZE, cursor: list.cursor }));
  const check = useVerify();
  return (
    <Page
      title="Audit"
      about="Every change, by whom and why. Each entry is chained to the one before it, so that none can be altered unseen."
      actions={
        <>
          <ExportMenu path="/api/audit/export" query={filters} />
          <VerifyButton check={check} />
        </>
      }
      fill
    >
      <Box role="status" sx={{ '&:empty': { position: 'absolute' } }}>
        {check.data && <VerdictLine verdict={check.data} onClose={check.reset} />}
      </Box>
      <FilteredTable
        name="audit"
        fields={FIELDS}
        phone={['at', 'action']}
        label="Audit"
        query={entries}
        columns={COLUMNS}
        list={list}
        onOpen={(entry) => list.setOpen(String(entry.id))}
        empty="Nothing has been changed yet."
      />
      <AuditDrawer
        entry={entries.data?.items.find((entry) => String(entry.id) === list.open)}
        onClose={() => list.setOpen(null)}
        onFilter={(wanted) => {
          list.setOpen(null);
          list.setFilters({ ...ALL, ...wanted });
        }}
      />
    </Page>
  );
}
