import Button from '@mui/material/Button';
import Delete from '@mui/icons-material/DeleteOutlined';
import IconButton from '@mui/material/IconButton';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';

import { EmptyState } from '@/components/EmptyState';
import type { FilterField } from '@/components/filters';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import { Moment } from '@/components/Time';
import { useListState } from '@/lib/listState';
import { words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { labelOf, useRemoveContact } from './actions';
import { InteractionsFrame } from './InteractionsFrame';
import { type Contact, contactsQuery } from './queries';

const ContactDialog = lazy(() => import('./ContactDialog'));
const ContactImport = lazy(() => import('./ContactImport'));

const FIELDS: FilterField[] = [
  { kind: 'search', name: 'search', label: 'Handle, fingerprint or reason' },
];

const COLUMNS: GridColDef<Contact>[] = [
  {
    field: 'handle',
    headerName: 'Who',
    flex: 1,
    minWidth: 160,
    valueGetter: (_, row) => labelOf(row),
  },
  { field: 'reason', headerName: 'Reason', flex: 1.4, minWidth: 160 },
  { field: 'scope', headerName: 'For', width: 110, valueGetter: (_, row) => scopeOf(row) },
  {
    field: 'expires_at',
    headerName: 'Until',
    width: 160,
    renderCell: ({ row }) => <Moment at={row.expires_at} none="for good" precision="minute" />,
  },
  { field: 'created_by', headerName: 'Added by', width: 150 },
  {
    field: 'created_at',
    headerName: 'Added',
    width: 150,
    renderCell: ({ row }) => <Moment at={row.created_at} precision="minute" />,
  },
];

/** People who are left alone, whatever a session would like. */
export function ContactsPage() {
  const list = useListState({ search: 'text' });
  const [dialog, setDialog] = useState<'add' | 'import' | null>(null);
  const canWrite = useCan('interactions:write');
  const remove = useRemoveContact();
  const contacts = useQuery(
    contactsQuery({ search: list.filters.search, limit: PAGE_SIZE, cursor: list.cursor }),
  );
  const { mutate } = remove;
  const columns = useMemo<GridColDef<Contact>[]>(
    () => (canWrite ? [...COLUMNS, removing((row) => mutate(row))] : COLUMNS),
    [canWrite, mutate],
  );
  const close = () => setDialog(null);
  const buttons = canWrite && (
    <>
      <Button variant="outlined" onClick={() => setDialog('import')}>
        Import a list
      </Button>
      <Button variant="contained" onClick={() => setDialog('add')}>
        Add person
      </Button>
    </>
  );
  return (
    <InteractionsFrame tab="do-not-contact" actions={buttons}>
      <FilteredTable
        name="contacts"
        fields={FIELDS}
        phone={['handle', 'reason', 'remove']}
        label="Do not contact"
        query={contacts}
        columns={columns}
        list={list}
        empty={
          <EmptyState title="Nobody is on the list.">
            Who asked to be left alone belongs here: by handle, or by a fingerprint of it that
            cannot be read back.
          </EmptyState>
        }
      />
      <Suspense fallback={null}>
        {dialog === 'add' && <ContactDialog onClose={close} />}
        {dialog === 'import' && <ContactImport onClose={close} />}
      </Suspense>
    </InteractionsFrame>
  );
}

function removing(onRemove: (row: Contact) => void): GridColDef<Contact> {
  return {
    field: 'remove',
    headerName: '',
    width: 56,
    renderCell: ({ row }) => (
      <IconButton aria-label={`Take ${labelOf(row)} off the list`} onClick={() => onRemove(row)}>
        <Delete fontSize="small" />
      </IconButton>
    ),
  };
}

function scopeOf({ scope, scope_id }: Contact): string {
  return scope === 'fleet' ? 'Everyone' : `${words(scope)} ${scope_id ?? ''}`.trim();
}
