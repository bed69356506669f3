import type { SxProps, Theme } from '@mui/material/styles';
import type { GridDensity } from '@mui/x-data-grid';

/** Pixels of a row and of the names of the columns, as the grid lays them out. */
const HEIGHTS: Record<GridDensity, [row: number, head: number]> = {
  compact: [36, 39],
  standard: [52, 56],
  comfortable: [67, 72],
};
const NOTHING_HEIGHT = 260;
/** Where the columns are wider than the grid, it has a bar to push them by; on some systems above the rows. */
const BAR = barHeight();

function barHeight(): number {
  const probe = document.createElement('div');
  probe.style.cssText = 'position:absolute;visibility:hidden;overflow:scroll';
  document.body.append(probe);
  const height = probe.offsetHeight - probe.clientHeight;
  probe.remove();
  return height;
}

/** Where the grid stands: as tall as its rows; in a narrow window never taller than the screen. */
export function placeOf(rows: number, density: GridDensity): SxProps<Theme> {
  const [row, head] = HEIGHTS[density];
  const height = head + (rows === 0 ? NOTHING_HEIGHT : rows * row) + BAR;
  return {
    position: 'relative',
    flex: `0 1 ${height}px`,
    minHeight: 0,
    maxHeight: { xs: 'max(420px, 100dvh - 180px)', sm: 'none' },
  };
}

export function gridStyle(canOpen: boolean): SxProps<Theme> {
  return {
    border: 0,
    '--DataGrid-overlayHeight': `${NOTHING_HEIGHT}px`,
    '--DataGrid-rowBorderColor': 'var(--rt-palette-divider)',
    '--DataGrid-containerBackground': 'var(--rt-palette-background-paper)',
    '--DataGrid-t-color-background-base': 'var(--rt-palette-background-paper)',
    '& .MuiDataGrid-columnHeaderTitle': {
      fontSize: '0.75rem',
      fontWeight: 550,
      color: 'text.secondary',
    },
    '& .MuiDataGrid-columnSeparator': { opacity: 0 },
    '& .MuiDataGrid-columnHeader:hover .MuiDataGrid-columnSeparator': { opacity: 1 },
    '& .MuiDataGrid-cell': { fontSize: '0.8125rem' },
    '& .MuiDataGrid-row': { cursor: canOpen ? 'pointer' : 'default' },
    '& .MuiDataGrid-row.is-open': { bgcolor: 'primary.soft' },
    '& .MuiDataGrid-cell:focus:not(:focus-visible)': { outline: 'none' },
    // The empty rest of the grid grows and shrinks with its rows: it draws nothing.
    '& .MuiDataGrid-filler': { visibility: 'hidden' },
    '& .MuiCheckbox-root': { p: 0.5 },
  };
}
