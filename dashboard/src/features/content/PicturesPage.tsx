import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/filters';
import { NOTHING, PAGE_SIZE, type Selection, sizeOf } from '@/components/table';
import type { Model } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { pictureWords, useBulk } from './actions';
import { AddButtons, ContentFrame } from './ContentFrame';
import { fieldsOf, type List, pictureFilterOf, SHAPE, sortOf } from './filters';
import { Gallery } from './Gallery';
import { PictureDrawer } from './PictureDrawer';
import { picturesQuery } from './queries';
import { type Sort, SORT_NAMES } from './reading';

/** The pools of pictures, as one sees them. */
export function PicturesPage() {
  const list = useListState(SHAPE);
  const canWrite = useCan('content:write');
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const personas = useQuery({ ...personasQuery(), enabled: useCan('accounts:read') });
  const filter = { ...pictureFilterOf(list.filters), sort: sortOf(list) };
  const pictures = useQuery(picturesQuery({ ...filter, limit: PAGE_SIZE, cursor: list.cursor }));
  const isNothing = !list.isFiltered && list.page === 1 && pictures.data?.items.length === 0;
  return (
    <ContentFrame tab="">
      <FilterBar
        name="content"
        list={list}
        fields={fieldsOf(personas.data?.items ?? [], 'pictures')}
      >
        <SortMenu list={list} />
      </FilterBar>
      {isNothing ? (
        <Paper variant="outlined">
          <Nothing />
        </Paper>
      ) : (
        <Gallery
          query={pictures}
          list={list}
          selection={selection}
          onSelect={canWrite ? setSelection : undefined}
          actions={<Acts selection={selection} onDone={() => setSelection(NOTHING)} />}
        />
      )}
      <PictureDrawer
        id={list.open}
        known={pictures.data?.items.find(({ id }) => String(id) === list.open)}
        onClose={() => list.setOpen(null)}
      />
    </ContentFrame>
  );
}

function Nothing() {
  const canWrite = useCan('content:write');
  return (
    <EmptyState title="No picture yet." actions={canWrite && <AddButtons label="Add the first" />}>
      Pictures belong to a persona and to a category. The warm-up gives each account the best one
      that it may have, and says why.
    </EmptyState>
  );
}

export function SortMenu({ list }: { list: Pick<List, 'sort' | 'setSort'> }) {
  return (
    <TextField
      select
      size="small"
      value={sortOf(list)}
      onChange={({ target }) =>
        list.setSort(target.value === 'newest' ? null : { by: target.value, order: 'desc' })
      }
      slotProps={{ select: { 'aria-label': 'Order', SelectDisplayProps: { style: TIGHT } } }}
      sx={{ minWidth: 148 }}
    >
      {(Object.entries(SORT_NAMES) as [Sort, string][]).map(([value, label]) => (
        <MenuItem key={value} value={value}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}

const TIGHT = { paddingTop: 4.5, paddingBottom: 4.5, fontSize: '0.8125rem' };

function Acts({ selection, onDone }: { selection: Selection; onDone: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const bulk = useBulk();
  const ids = selection.kind === 'ids' ? selection.ids.map(Number) : [];
  const order = (action: Model<'BulkAct'>) => {
    setAsking(false);
    bulk.mutate({ action, ids }, { onSuccess: onDone });
  };
  const isBusy = (action: Model<'BulkAct'>) => bulk.isPending && bulk.variables.action === action;
  const size = sizeOf(selection);
  return (
    <>
      <Button variant="outlined" loading={isBusy('archive')} onClick={() => order('archive')}>
        Archive
      </Button>
      <Button variant="outlined" loading={isBusy('restore')} onClick={() => order('restore')}>
        Restore
      </Button>
      <Button
        variant="outlined"
        color="error"
        loading={isBusy('remove')}
        onClick={() => setAsking(true)}
      >
        Remove
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={`Remove ${pictureWords(size)}?`}
        confirm={`Remove ${pictureWords(size)}`}
        isDangerous
        onConfirm={() => order('remove')}
        onClose={() => setAsking(false)}
      >
        They are gone for good. What was given to somebody already is refused and stays: archive it
        instead.
      </ConfirmDialog>
    </>
  );
}
