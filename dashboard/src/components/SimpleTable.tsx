import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

export interface Column<Row> {
  label: string;
  cell: (row: Row) => ReactNode;
  align?: 'left' | 'right';
  width?: number | string;
}

/** The outer cells begin and end where the titles of sections do. */
const edges = { '& tr > :first-of-type': { pl: 2 }, '& tr > :last-of-type': { pr: 2 } };

/** Pixels that a table takes, for what keeps its place while it is loaded. A row with a button has 44. */
export function tableHeight(rows: number, rowHeight = 35): number {
  return rows === 0 ? 0 : 37 + rows * rowHeight;
}

interface SimpleTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: Column<Row>[];
  rowId: (row: Row) => string | number;
}

/** A short list that needs no paging, sorting or selection. */
export function SimpleTable<Row>({ label, rows, columns, rowId }: SimpleTableProps<Row>) {
  return (
    // Wider than its place, it scrolls; who uses the keyboard must be able to do that too.
    <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={label}>
      <Table size="small" aria-label={label} sx={edges}>
        <TableHead>
          <TableRow>
            {columns.map(({ label: name, align, width }) => (
              <TableCell key={name} align={align} sx={{ width }}>
                {name}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={rowId(row)} hover sx={{ '&:last-child td': { border: 0 } }}>
              {columns.map(({ label: name, cell, align }) => (
                <TableCell key={name} align={align}>
                  {cell(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
