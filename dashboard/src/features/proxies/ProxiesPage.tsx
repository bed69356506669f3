import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/filters';
import { DataTable, NOTHING, PAGE_SIZE, type Selection } from '@/components/table';
import { type FilterValues, useListState } from '@/lib/listState';
import { useCan } from '@/lib/queries/me';
import { useCheckMany, useCheckNow } from './actions';
import { COLUMNS, FIELDS } from './columns';
import { ProxiesFrame } from './ProxiesFrame';
import { ProxyDrawer } from './ProxyDrawer';
import { proxiesQuery, type ProxyFilter } from './queries';

const ProxyDialog = lazy(() => import('./ProxyDialog'));

const SHAPE = {
  search: 'text',
  state: 'one',
  pool: 'text',
  label: 'text',
  scheme: 'one',
  flapping: 'one',
} as const;

function filterOf(filters: FilterValues<typeof SHAPE>): ProxyFilter {
  return {
    search: filters.search,
    state: filters.state as ProxyFilter['state'],
    pool: filters.pool,
    label: filters.label,
    scheme: filters.scheme as ProxyFilter['scheme'],
    flapping: filters.flapping === null ? null : filters.flapping === 'true',
  };
}

/** The ways out, how each is, and who goes through it. */
export function ProxiesPage() {
  const list = useListState(SHAPE);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [isAdding, setAdding] = useState(false);
  const canWrite = useCan('accounts:write');
  const filter = filterOf(list.filters);
  const proxies = useQuery(proxiesQuery({ ...filter, limit: PAGE_SIZE, cursor: list.cursor }));
  const check = useCheckMany();
  const checkNow = useCheckNow();
  const whom = selection.kind === 'ids' ? { ids: selection.ids.map(Number) } : { filter };
  // A grid without rows may hold nothing that can be pressed.
  const isNothing = !list.isFiltered && list.page === 1 && proxies.data?.items.length === 0;
  const add = (
    <Button variant="contained" onClick={() => setAdding(true)}>
      Add proxy
    </Button>
  );
  return (
    <ProxiesFrame tab="" actions={canWrite && !isNothing && add}>
      <FilterBar name="proxies" list={list} fields={FIELDS} />
      {isNothing ? (
        <Paper variant="outlined">
          <EmptyState title="No proxy is known." actions={canWrite && add}>
            Accounts without one go out directly. One that is bound to an account is the only way
            that account ever goes.
          </EmptyState>
        </Paper>
      ) : (
        <DataTable
          name="proxies"
          phone={['state', 'address']}
          label="Proxies"
          query={proxies}
          columns={COLUMNS}
          hidden={['provider', 'labels']}
          list={list}
          onOpen={(proxy) => list.setOpen(String(proxy.id))}
          selection={selection}
          onSelect={canWrite ? setSelection : undefined}
          actions={
            <Button
              variant="outlined"
              loading={check.isPending}
              onClick={() => check.mutate(whom, { onSuccess: () => setSelection(NOTHING) })}
            >
              Check
            </Button>
          }
          keys={canWrite ? { c: (row) => checkNow.mutate(row) } : undefined}
          empty={<EmptyState title="No proxy is like that." />}
        />
      )}
      <ProxyDrawer
        id={list.open}
        known={proxies.data?.items.find(({ id }) => String(id) === list.open)}
        onClose={() => list.setOpen(null)}
      />
      <Suspense fallback={null}>
        {isAdding && <ProxyDialog proxy={null} onClose={() => setAdding(false)} />}
      </Suspense>
    </ProxiesFrame>
  );
}
