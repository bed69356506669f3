import type { UseQueryResult } from '@tanstack/react-query';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import type { ReactNode } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { PAGE_SIZE, Pager, type Selection, sizeOf } from '@/components/table';
import { SelectionBar } from '@/components/table/SelectionBar';
import { toggled } from '@/components/table/selection';
import type { Page } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import type { List } from './filters';
import type { Picture } from './queries';
import { Tile } from './Tile';

interface GalleryProps {
  query: UseQueryResult<Page<Picture>>;
  list: List;
  selection: Selection;
  onSelect?: (selection: Selection) => void;
  /** The buttons for what is selected. */
  actions: ReactNode;
}

/** A page of pictures, with the keys and the footer of a table: `j` and `k` walk, `x` selects, Enter opens. */
export function Gallery({ query, list, selection, onSelect, actions }: GalleryProps) {
  const rows = query.data?.items ?? [];
  const onPage = rows.map(({ id }) => String(id));
  const chosen = new Set(selection.kind === 'ids' ? selection.ids : []);
  const toggle = onSelect && ((id: string) => onSelect(toggled(selection, id, onPage)));

  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    x: toggle && (() => here()?.dataset.picture && toggle(here()?.dataset.picture ?? '')),
  });
  return (
    <Paper variant="outlined" sx={FRAME}>
      <Box sx={{ height: 2 }}>
        {query.isPlaceholderData && <LinearProgress aria-label="Loading" sx={{ height: 2 }} />}
      </Box>
      <Box sx={{ overflowY: 'auto', minHeight: { xs: 240, sm: 0 }, flex: '1 1 auto' }}>
        <AsyncContent
          query={query}
          skeleton={<Waiting />}
          isEmpty={(page) => page.items.length === 0}
          empty={
            <EmptyState title="Nothing matches these filters.">
              Take one of them away, or clear all.
            </EmptyState>
          }
        >
          {(page) => (
            <Box component="ul" aria-label="Pictures" sx={TILES}>
              {page.items.map((picture) => (
                <Tile
                  key={picture.id}
                  picture={picture}
                  isOpen={list.open === String(picture.id)}
                  isChosen={chosen.has(String(picture.id))}
                  isChoosing={chosen.size > 0}
                  onOpen={() => list.setOpen(String(picture.id))}
                  onToggle={toggle && (() => toggle(String(picture.id)))}
                />
              ))}
            </Box>
          )}
        </AsyncContent>
      </Box>
      {sizeOf(selection) > 0 && onSelect ? (
        <SelectionBar selection={selection} total={null} isWholePage={false} onSelect={onSelect}>
          {actions}
        </SelectionBar>
      ) : (
        <Box sx={{ display: 'flex', minHeight: 44, px: 1, borderTop: 1, borderColor: 'divider' }}>
          <Pager
            name="content"
            list={list}
            shown={rows.length}
            total={query.data?.total ?? null}
            next={query.data?.next_cursor ?? null}
          />
        </Box>
      )}
    </Paper>
  );
}

const here = () => document.activeElement?.closest<HTMLElement>('[data-picture]');

function step(by: number): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-picture]')];
  const at = all.findIndex((one) => one === here());
  const next = all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.querySelector<HTMLElement>('button')?.focus();
}

function Waiting() {
  return (
    <Box role="status" aria-label="Loading" sx={TILES}>
      {Array.from({ length: Math.min(PAGE_SIZE, 18) }, (_, at) => (
        <Box key={at}>
          <Skeleton variant="rounded" sx={{ height: 'auto', aspectRatio: '1' }} />
          <Skeleton width="70%" />
        </Box>
      ))}
    </Box>
  );
}

const FRAME = {
  // As tall as its pictures, and no taller than its place: then it scrolls inside.
  '&&': { flexShrink: 1 },
  minHeight: { sm: 0 },
  minWidth: 0,
  display: 'flex',
  flexDirection: 'column',
  overflow: 'hidden',
} as const;

const TILES = {
  m: 0,
  p: 1.5,
  listStyle: 'none',
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: {
    xs: 'repeat(auto-fill, minmax(104px, 1fr))',
    sm: 'repeat(auto-fill, minmax(148px, 1fr))',
  },
} as const;
