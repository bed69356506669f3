import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/filters';
import { DataTable, NOTHING, PAGE_SIZE, type Selection } from '@/components/table';
import { useListState } from '@/lib/listState';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { AccountDrawer } from './AccountDrawer';
import { useStart } from './actions';
import { COLUMNS, HIDDEN, PHONE } from './columns';
import { CountsLine } from './CountsLine';
import { pipelineQuery } from './queries';
import { fieldsOf, filterOf, SHAPE } from './reading';
import { WarmupFrame } from './WarmupFrame';

/** Accounts by phases: how far each is, what comes next and when, and what keeps it from happening. */
export function PipelinePage() {
  const list = useListState(SHAPE);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const canWrite = useCan('warmup:write');
  const personas = useQuery({ ...personasQuery(), enabled: useCan('accounts:read') });
  const start = useStart();
  const rows = useQuery(
    pipelineQuery({ ...filterOf(list.filters), limit: PAGE_SIZE, cursor: list.cursor }),
  );
  const isNothing = !list.isFiltered && list.page === 1 && rows.data?.items.length === 0;
  const ids = selection.kind === 'ids' ? selection.ids.map(Number) : [];
  const ready = ids.filter((id) =>
    rows.data?.items.some((row) => row.account_id === id && row.lifecycle === 'ready'),
  );
  return (
    <WarmupFrame tab="">
      <CountsLine />
      <FilterBar name="warmup" list={list} fields={fieldsOf(personas.data?.items ?? [])} />
      {isNothing ? (
        <Paper variant="outlined">
          <Nothing />
        </Paper>
      ) : (
        <DataTable
          name="warmup"
          phone={PHONE}
          label="Warm-up"
          query={rows}
          columns={COLUMNS}
          hidden={HIDDEN}
          list={list}
          rowId={(row) => String(row.account_id)}
          onOpen={(row) => list.setOpen(String(row.account_id))}
          selection={selection}
          onSelect={canWrite ? setSelection : undefined}
          actions={
            <Button
              variant="outlined"
              disabled={ready.length === 0}
              loading={start.isPending}
              onClick={() => start.mutate(ready, { onSuccess: () => setSelection(NOTHING) })}
            >
              {ready.length === 0 ? 'None of them is ready' : `Start ${ready.length} ready`}
            </Button>
          }
          empty={<Nothing />}
        />
      )}
      <AccountDrawer
        id={list.open}
        known={rows.data?.items.find(({ account_id }) => String(account_id) === list.open)}
        onClose={() => list.setOpen(null)}
      />
    </WarmupFrame>
  );
}

function Nothing() {
  return (
    <EmptyState
      title="No account is ready for a warm-up."
      actions={
        <Button component={RouterLink} to="/accounts?do=validate" variant="outlined">
          Validate accounts
        </Button>
      }
    >
      An account whose validation passes is ready. A bot then gives it its picture, bio, first post,
      highlight and story, a day or two apart.
    </EmptyState>
  );
}
