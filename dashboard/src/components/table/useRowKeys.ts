import {
  type GridApi,
  type GridRowId,
  type GridValidRowModel,
  useGridApiRef,
} from '@mui/x-data-grid';
import type { RefObject } from 'react';

import { useKeys } from '@/lib/keys';

interface RowKeys<Row> {
  /** Turns the check box of a row; absent where rows cannot be selected. */
  onToggle?: (id: string) => void;
  /** More keys, for the row that has the keyboard: `{ e: edit }`. */
  keys?: Record<string, (row: Row) => void>;
}

/** `j` and `k` walk through the rows, `x` selects one; Enter is the grid's own. */
export function useRowKeys<Row extends GridValidRowModel>({
  onToggle,
  keys = {},
}: RowKeys<Row>): RefObject<GridApi | null> {
  const grid = useGridApiRef();
  const here = () => grid.current?.state.focus.cell?.id;
  const walk = (step: number) => () => {
    const api = grid.current;
    if (api === null) return;
    const ids = api.getSortedRowIds();
    const at = ids.findIndex((id) => id === here());
    const next = ids[Math.min(ids.length - 1, Math.max(0, at === -1 ? 0 : at + step))];
    const field = api.getVisibleColumns().find((column) => column.field !== '__check__')?.field;
    if (next === undefined || field === undefined) return;
    api.scrollToIndexes({ rowIndex: ids.indexOf(next) });
    focusCell(api, next, field);
  };
  const onRow = (act: (row: Row) => void) => () => {
    const row = here() === undefined ? null : grid.current?.getRow<Row>(here() ?? '');
    if (row) act(row);
  };
  const toggle = () => {
    const id = here();
    if (id !== undefined) onToggle?.(String(id));
  };
  useKeys({
    j: walk(1),
    k: walk(-1),
    x: onToggle && toggle,
    ...Object.fromEntries(Object.entries(keys).map(([key, act]) => [key, onRow(act)])),
  });
  return grid;
}

/** A cell that is still being laid out takes no focus; the frame in which it can is awaited. */
function focusCell(api: GridApi, id: GridRowId, field: string, framesLeft = 20): void {
  api.setCellFocus(id, field);
  if (framesLeft === 0 || api.getCellElement(id, field)?.contains(document.activeElement)) return;
  requestAnimationFrame(() => {
    const focus = api.state.focus.cell;
    if (focus?.id === id && focus.field === field) focusCell(api, id, field, framesLeft - 1);
  });
}
