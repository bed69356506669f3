import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import Paper from '@mui/material/Paper';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { parseAsBoolean, useQueryState } from 'nuqs';

import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/filters';
import { StateChip } from '@/components/StateChip';
import { DataTable, PAGE_SIZE } from '@/components/table';
import { Ago } from '@/components/Time';
import { useListState } from '@/lib/listState';
import { percent, words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { ContentFrame } from './ContentFrame';
import { fieldsOf, SHAPE, sortOf, textFilterOf } from './filters';
import { SortMenu } from './PicturesPage';
import { type Text, textsQuery } from './queries';
import { categoryName, STATE_HINTS, usageOf } from './reading';
import { TextDrawer } from './TextDrawer';

const TextDialog = lazy(() => import('./TextDialog'));

const COLUMNS: GridColDef<Text>[] = [
  {
    field: 'text',
    headerName: 'Text',
    flex: 1,
    minWidth: 200,
    valueGetter: (_, row) => row.text.replaceAll(/\s+/g, ' '),
  },
  { field: 'kind', headerName: 'Kind', width: 84, valueGetter: (_, row) => words(row.kind) },
  { field: 'persona', headerName: 'Persona', width: 110 },
  {
    field: 'category',
    headerName: 'Category',
    width: 116,
    valueGetter: (_, row) => categoryName(row.category),
  },
  {
    field: 'state',
    headerName: 'State',
    width: 112,
    renderCell: ({ row }) => <StateChip state={row.state} hint={STATE_HINTS[row.state]} />,
  },
  { field: 'quality', headerName: 'Quality', width: 76, align: 'right', headerAlign: 'right' },
  {
    field: 'usage',
    headerName: 'Used',
    width: 150,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => usageOf(row),
  },
  {
    field: 'success_rate',
    headerName: 'Success',
    width: 80,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => percent(row.success_rate, 0),
  },
  {
    field: 'last_used_at',
    headerName: 'Last used',
    width: 104,
    renderCell: ({ row }) => <Ago at={row.last_used_at} none="–" />,
  },
];
const HIDDEN = ['last_used_at', 'success_rate'];

/** The pools of bios, captions and titles. */
export function TextsPage() {
  const list = useListState(SHAPE);
  const [isAdding, setAdding] = useQueryState('add', parseAsBoolean.withDefault(false));
  const personas = useQuery({ ...personasQuery(), enabled: useCan('accounts:read') });
  const filter = { ...textFilterOf(list.filters), sort: sortOf(list) };
  const texts = useQuery(textsQuery({ ...filter, limit: PAGE_SIZE, cursor: list.cursor }));
  const isNothing = !list.isFiltered && list.page === 1 && texts.data?.items.length === 0;
  const add = () => void setAdding(true);
  return (
    <ContentFrame tab="texts" actions={<AddButton onAdd={add} />}>
      <FilterBar name="texts" list={list} fields={fieldsOf(personas.data?.items ?? [], 'texts')}>
        <SortMenu list={list} />
      </FilterBar>
      {isNothing ? (
        <Paper variant="outlined">
          <EmptyState
            title="No text yet."
            actions={<AddButton label="Add the first" onAdd={add} />}
          >
            Bios, captions and titles belong to a persona, as its pictures do.
          </EmptyState>
        </Paper>
      ) : (
        <DataTable
          name="texts"
          phone={['text', 'kind', 'state']}
          label="Texts"
          query={texts}
          columns={COLUMNS}
          hidden={HIDDEN}
          // The order has a menu of its own: the server sorts by more than its columns.
          list={{ ...list, sort: null }}
          onOpen={(text) => list.setOpen(String(text.id))}
          empty={<EmptyState title="No text yet." />}
        />
      )}
      <TextDrawer
        id={list.open}
        known={texts.data?.items.find(({ id }) => String(id) === list.open)}
        onClose={() => list.setOpen(null)}
      />
      <Suspense fallback={null}>
        {isAdding && personas.data && (
          <TextDialog
            personas={personas.data.items}
            first={list.filters.persona}
            onClose={() => void setAdding(null)}
          />
        )}
      </Suspense>
    </ContentFrame>
  );
}

function AddButton({ label = 'Add a text', onAdd }: { label?: string; onAdd: () => void }) {
  if (!useCan('content:write')) return null;
  return (
    <Button variant="contained" startIcon={<Add />} onClick={onAdd}>
      {label}
    </Button>
  );
}
