import type { SxProps, Theme } from '@mui/material/styles';

export function gridStyle(canOpen: boolean): SxProps<Theme> {
  return {
    border: 0,
    '--DataGrid-overlayHeight': '260px',
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
    // The empty rest of the grid grows and shrinks with its rows: it draws nothing, the last row its own line.
    '& .MuiDataGrid-filler': { visibility: 'hidden' },
    '& .MuiDataGrid-row--lastVisible .MuiDataGrid-cell': {
      boxShadow: 'inset 0 -1px var(--rt-palette-divider)',
    },
    '& .MuiCheckbox-root': { p: 0.5 },
  };
}
