import type { UseQueryResult } from '@tanstack/react-query';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import type { Theme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import {
  DataGrid,
  type GridColDef,
  type GridColumnVisibilityModel,
  type GridDensity,
  type GridSortModel,
  type GridValidRowModel,
} from '@mui/x-data-grid';
import { type ReactNode, useMemo } from 'react';

import type { Page } from '@/lib/api';
import { nonce } from '@/lib/nonce';
import { usePreference } from '@/lib/preferences';
import { RowsSkeleton } from '../AsyncContent';
import { EmptyState } from '../EmptyState';
import { ErrorPanel } from '../ErrorPanel';
import { laidOut, shownAtFirst } from './columnsOf';
import { GridCheckbox } from './GridCheckbox';
import { gridStyle, placeOf } from './gridStyle';
import { modelOf, NOTHING, type Selection, selectionOf, sizeOf, toggled } from './selection';
import { SelectionBar } from './SelectionBar';
import { TableFooter } from './TableFooter';
import { useRowKeys } from './useRowKeys';

/** The most rows that a page of a list holds. */
export const PAGE_SIZE = 100;
// The same objects at every render: another one is a change to the grid, which then scrolls to its top.
const WHOLE_PAGE = { page: 0, pageSize: PAGE_SIZE };
const NO_ROWS: never[] = [];
const SIZES = [PAGE_SIZE];
const SLOTS = { noRowsOverlay: Nothing, baseCheckbox: GridCheckbox };
// As tall as its rows, and no taller than its place: then it scrolls inside.
const FRAME = {
  flex: '0 1 auto',
  '&&': { flexShrink: 1 },
  minHeight: 0,
  minWidth: 0,
  display: 'flex',
  flexDirection: 'column',
} as const;

/** The part of a list's state that a table needs; `useListState` answers all of it. */
export interface TableState {
  sort: { by: string; order: 'asc' | 'desc' } | null;
  page: number;
  key: string;
  isFiltered: boolean;
  open: string | null;
  setSort: (sort: { by: string; order: 'asc' | 'desc' } | null) => void;
  goTo: (page: number, cursor: string | null) => void;
  setOpen: (id: string | null) => void;
  clear: () => void;
}

declare module '@mui/x-data-grid' {
  interface NoRowsOverlayPropsOverrides {
    list?: TableState;
    empty?: ReactNode;
  }
}

export interface DataTableProps<Row extends GridValidRowModel> {
  /** What this table is called where the browser remembers its columns: `accounts`. */
  name: string;
  label: string;
  query: UseQueryResult<Page<Row>>;
  /** `sortable` only where the server can sort by `field`. */
  columns: GridColDef<Row>[];
  list: TableState;
  rowId?: (row: Row) => string;
  /** What stands here while there is nothing at all; another text is used when filters hide all. */
  empty: ReactNode;
  onOpen?: (row: Row) => void;
  selection?: Selection;
  onSelect?: (selection: Selection) => void;
  /** The buttons for what is selected. */
  actions?: ReactNode;
  /** Columns that are hidden until somebody asks for them. */
  hidden?: string[];
  /** The two or three columns that a phone has room for; there the others are hidden at first. */
  phone?: string[];
  /** Keys for the row that has the keyboard, beside `j`, `k`, `x` and Enter. */
  keys?: Record<string, (row: Row) => void>;
}

/**
 * A page of a list that the server filters, sorts and cuts. Selection, scroll and columns stay as
 * they are when the rows are asked for again.
 */
export function DataTable<Row extends GridValidRowModel>(props: DataTableProps<Row>) {
  const { name, query, columns, list, selection = NOTHING, onSelect } = props;
  const rowId = props.rowId ?? ((row: Row) => String(row.id));
  const [density, setDensity] = usePreference<GridDensity>('density', 'compact');
  const isPhone = useIsPhone() && props.phone !== undefined;
  const [visible, setVisible] = usePreference<GridColumnVisibilityModel>(
    isPhone ? `columns.${name}.phone` : `columns.${name}`,
    shownAtFirst(columns, props.hidden ?? [], isPhone ? (props.phone ?? null) : null),
  );
  const rows = query.data?.items ?? NO_ROWS;
  const onPage = rows.map(rowId);
  const grid = useRowKeys<Row>({
    onToggle: onSelect && ((id) => onSelect(toggled(selection, id, onPage))),
    keys: props.keys,
  });
  const { by, order } = list.sort ?? {};
  const sorted = useMemo<GridSortModel>(
    () => (by === undefined ? [] : [{ field: by, sort: order }]),
    [by, order],
  );
  const chosen = useMemo(() => modelOf(selection), [selection]);
  const asked = useMemo<GridColDef<Row>[]>(() => laidOut(columns, isPhone), [columns, isPhone]);

  if (query.data === undefined && query.error) {
    return (
      <ErrorPanel
        error={query.error}
        onRetry={() => void query.refetch()}
        isRetrying={query.isFetching}
      />
    );
  }
  if (query.data === undefined) {
    // A grid is laid out once, with its rows: twice is what takes longest on such a page.
    return (
      <Paper variant="outlined" sx={{ ...FRAME, flex: 1, minHeight: { xs: 420, sm: 0 } }}>
        <RowsSkeleton rows={12} />
      </Paper>
    );
  }
  return (
    <Paper variant="outlined" sx={FRAME}>
      {query.error && (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} isSlim />
      )}
      <Box sx={placeOf(rows.length, density)}>
        <Box sx={{ position: 'absolute', inset: 0 }}>
          <DataGrid
            apiRef={grid}
            aria-label={props.label}
            nonce={nonce}
            rows={rows}
            columns={asked}
            getRowId={rowId}
            loading={query.isPlaceholderData}
            density={density}
            columnVisibilityModel={visible}
            onColumnVisibilityModelChange={setVisible}
            // Without a layout, as in a test, only what is not virtual is there.
            disableVirtualization={import.meta.env.MODE === 'test'}
            hideFooter
            disableColumnMenu
            disableColumnFilter
            pagination
            paginationMode="server"
            paginationModel={WHOLE_PAGE}
            pageSizeOptions={SIZES}
            rowCount={rows.length}
            sortingMode="server"
            sortModel={sorted}
            onSortModelChange={([sort]) =>
              list.setSort(sort?.sort ? { by: sort.field, order: sort.sort } : null)
            }
            checkboxSelection={onSelect !== undefined}
            disableRowSelectionOnClick
            keepNonExistentRowsSelected
            rowSelectionModel={chosen}
            onRowSelectionModelChange={(model) => onSelect?.(selectionOf(model, onPage))}
            onRowClick={({ row }) => props.onOpen?.(row)}
            onCellKeyDown={({ row }, event) => {
              if (event.key === 'Enter' && props.onOpen) props.onOpen(row as Row);
            }}
            getRowClassName={({ id }) => (String(id) === list.open ? 'is-open' : '')}
            slots={SLOTS}
            slotProps={{
              loadingOverlay: { variant: 'linear-progress', noRowsVariant: 'linear-progress' },
              noRowsOverlay: { list, empty: props.empty },
            }}
            sx={gridStyle(props.onOpen !== undefined)}
          />
        </Box>
      </Box>
      {sizeOf(selection) > 0 && onSelect ? (
        <SelectionBar
          selection={selection}
          total={query.data.total ?? null}
          isWholePage={rows.length > 0 && onPage.every((id) => isIn(selection, id))}
          onSelect={onSelect}
        >
          {props.actions}
        </SelectionBar>
      ) : (
        <TableFooter
          name={name}
          list={list}
          shown={rows.length}
          total={query.data.total ?? null}
          next={query.data.next_cursor ?? null}
          columns={columns.map(({ field, headerName }) => ({ field, label: headerName ?? field }))}
          visible={visible}
          onVisible={setVisible}
          density={density}
          onDensity={setDensity}
        />
      )}
    </Paper>
  );
}

/** Known at the first look, so that a grid is laid out once. */
function useIsPhone(): boolean {
  return useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'), { noSsr: true });
}

function isIn(selection: Selection, id: string): boolean {
  return selection.kind === 'matching' || selection.ids.includes(id);
}

function Nothing({ list, empty }: { list?: TableState; empty?: ReactNode }) {
  if (list?.isFiltered) {
    return (
      <EmptyState title="Nothing matches these filters.">
        Take one of them away, or clear all.
      </EmptyState>
    );
  }
  return typeof empty === 'string' ? <EmptyState title={empty} /> : empty;
}
