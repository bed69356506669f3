import Button from '@mui/material/Button';
import UploadFile from '@mui/icons-material/UploadFileOutlined';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { ExportMenu } from '@/components/ExportMenu';
import { FilterBar } from '@/components/filters';
import { Page } from '@/components/Page';
import { DataTable, NOTHING, PAGE_SIZE } from '@/components/table';
import type { Account } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { useCan } from '@/lib/queries/me';
import { useEarlyQuery } from '@/lib/useEarlyQuery';
import { BulkActions } from './grid/BulkActions';
import { COLUMNS, HIDDEN } from './grid/columns';
import { exportOf, fieldsOf, filterOf, queryOf, SHAPE } from './grid/filters';
import { type AccountQuery, accountsQuery, personasQuery } from './queries';
import { ValidateAll } from './validation/ValidateAll';
import { ValidationBar } from './validation/ValidationBar';

export function AccountsPage() {
  const list = useListState(SHAPE);
  const navigate = useNavigate();
  const canWrite = useCan('accounts:write');
  const [chosen, setChosen] = useState({ selection: NOTHING, under: list.key });
  // "All that match" means what matched when it was said.
  const isStale = chosen.selection.kind === 'matching' && chosen.under !== list.key;
  const selection = isStale ? NOTHING : chosen.selection;
  const personas = useQuery(personasQuery());
  const accounts = useEarlyQuery(
    accountsQuery({
      ...queryOf(list.filters),
      sort_by: list.sort?.by as AccountQuery['sort_by'],
      sort_order: list.sort?.order,
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  const open = (row: Account) => void navigate(`/accounts/${row.id}`);
  const edit = (row: Account) => void navigate(`/accounts/${row.id}?tab=configuration`);
  return (
    <Page
      title="Accounts"
      fill
      actions={
        <>
          <ValidationBar />
          <ExportMenu path="/api/accounts/export" query={exportOf(list.filters)} />
          {canWrite && <ImportButton />}
        </>
      }
    >
      <FilterBar
        name="accounts"
        list={list}
        fields={fieldsOf(personas.data?.items.map((one) => one.name) ?? [])}
      />
      <DataTable
        name="accounts"
        label="Accounts"
        query={accounts}
        columns={COLUMNS}
        hidden={HIDDEN}
        phone={['login', 'health']}
        list={list}
        selection={selection}
        onSelect={(next) => setChosen({ selection: next, under: list.key })}
        onOpen={open}
        keys={{ e: edit }}
        actions={
          <BulkActions
            selection={selection}
            filters={list.filters}
            canWrite={canWrite}
            onDone={() => setChosen({ selection: NOTHING, under: list.key })}
          />
        }
        empty={
          <EmptyState title="No account yet." actions={canWrite && <ImportButton />}>
            Import a CSV file with the accounts that you run and their log-ins.
          </EmptyState>
        }
      />
      <ValidateAll
        filter={filterOf(list.filters)}
        size={accounts.data?.total ?? accounts.data?.items.length}
      />
    </Page>
  );
}

function ImportButton() {
  return (
    <Button component={Link} to="/accounts/import" variant="contained" startIcon={<UploadFile />}>
      Import
    </Button>
  );
}
