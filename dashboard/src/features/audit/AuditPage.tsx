import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';

import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { FilterBar, type FilterField } from '@/components/filters';
import { JsonView } from '@/components/JsonView';
import { Page } from '@/components/Page';
import { DataTable, PAGE_SIZE } from '@/components/table';
import { Moment } from '@/components/Time';
import type { AuditEntry } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { auditQuery } from './queries';

const FIELDS: FilterField[] = [
  { kind: 'text', name: 'actor', label: 'Who' },
  { kind: 'text', name: 'action', label: 'What' },
];

const COLUMNS: GridColDef<AuditEntry>[] = [
  { field: 'at', headerName: 'Time', width: 170, renderCell: ({ row }) => <Moment at={row.at} /> },
  { field: 'actor', headerName: 'Who', flex: 1, minWidth: 150 },
  { field: 'action', headerName: 'What', flex: 1, minWidth: 160 },
  {
    field: 'subject_id',
    headerName: 'On what',
    flex: 1,
    minWidth: 180,
    valueGetter: (_, row) => `${row.subject_kind} ${row.subject_id}`,
  },
  { field: 'reason', headerName: 'Reason', flex: 1, minWidth: 140 },
];

export function AuditPage() {
  const list = useListState({ actor: 'text', action: 'text' });
  const entries = useQuery(auditQuery({ ...list.filters, limit: PAGE_SIZE, cursor: list.cursor }));
  const open = entries.data?.items.find((entry) => String(entry.id) === list.open);
  return (
    <Page title="Audit" fill>
      <FilterBar name="audit" list={list} fields={FIELDS} />
      <DataTable
        name="audit"
        label="Audit"
        query={entries}
        columns={COLUMNS}
        list={list}
        onOpen={(entry) => list.setOpen(String(entry.id))}
        empty="Nothing has been changed yet."
      />
      <DetailDrawer
        open={open !== undefined}
        onClose={() => list.setOpen(null)}
        title={open?.action}
        about={<Moment at={open?.at} />}
      >
        <Facts
          facts={{
            Who: open?.actor,
            On: `${open?.subject_kind} ${open?.subject_id}`,
            Reason: open?.reason,
          }}
        />
        <JsonView value={{ before: open?.before, after: open?.after }} />
      </DetailDrawer>
    </Page>
  );
}
