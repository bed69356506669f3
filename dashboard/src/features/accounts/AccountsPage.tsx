import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { FilterBar, type FilterField } from '@/components/filters';
import { Page } from '@/components/Page';
import { StateChip } from '@/components/StateChip';
import { DataTable, NOTHING, PAGE_SIZE } from '@/components/table';
import { Ago } from '@/components/Time';
import type { Account } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { type AccountFilter, accountsQuery } from './queries';

const FIELDS: FilterField[] = [
  { kind: 'search', name: 'search', label: 'Login, number or address' },
  {
    kind: 'choice',
    name: 'health',
    label: 'Health',
    many: true,
    options: ['ok', 'unknown', 'needs_human', 'cooldown', 'locked', 'suspended', 'error'].map(
      (value) => ({ value }),
    ),
  },
];

const COLUMNS: GridColDef<Account>[] = [
  { field: 'account_no', headerName: 'Number', width: 110, sortable: true },
  { field: 'login', headerName: 'Login', flex: 1, minWidth: 180, sortable: true },
  { field: 'email', headerName: 'Address', flex: 1, minWidth: 180 },
  {
    field: 'lifecycle',
    headerName: 'Lifecycle',
    width: 120,
    renderCell: ({ row }) => <StateChip state={row.lifecycle} />,
  },
  {
    field: 'health',
    headerName: 'Health',
    width: 120,
    renderCell: ({ row }) => <StateChip state={row.health} />,
  },
  {
    field: 'persona',
    headerName: 'Persona',
    width: 140,
    valueGetter: (_, row) => row.persona?.name ?? '',
  },
  {
    field: 'created_at',
    headerName: 'Added',
    width: 110,
    sortable: true,
    renderCell: ({ row }) => <Ago at={row.created_at} />,
  },
];

export function AccountsPage() {
  const list = useListState({ search: 'text', health: 'many' });
  const [selection, setSelection] = useState(NOTHING);
  const accounts = useQuery(
    accountsQuery({
      search: list.filters.search,
      health: list.filters.health as AccountFilter['health'],
      sort_by: list.sort?.by as AccountFilter['sort_by'],
      sort_order: list.sort?.order,
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  return (
    <Page title="Accounts" fill>
      <FilterBar name="accounts" list={list} fields={FIELDS} />
      <DataTable
        name="accounts"
        label="Accounts"
        query={accounts}
        columns={COLUMNS}
        list={list}
        selection={selection}
        onSelect={setSelection}
        empty="No account yet."
      />
    </Page>
  );
}
