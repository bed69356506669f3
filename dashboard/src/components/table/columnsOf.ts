import type { GridColDef, GridColumnVisibilityModel, GridValidRowModel } from '@mui/x-data-grid';

/** On a phone: the least width of a column that gives way, and the most of one that does not. */
const NARROWEST = 96;
const WIDEST = 148;

/** Which columns are shown until somebody chooses: all but the hidden ones; on a phone those that matter there. */
export function shownAtFirst(
  columns: { field: string }[],
  hidden: string[],
  phone: string[] | null,
): GridColumnVisibilityModel {
  const isHidden = (field: string) =>
    phone === null ? hidden.includes(field) : !phone.includes(field);
  const left = columns.map(({ field }) => field).filter(isHidden);
  return Object.fromEntries(left.map((field) => [field, false]));
}

/** Filters and menus of the grid's own are off; on a phone names have room, and the rest takes less. */
export function laidOut<Row extends GridValidRowModel>(
  columns: GridColDef<Row>[],
  isPhone: boolean,
): GridColDef<Row>[] {
  return columns.map((column) => ({
    sortable: false,
    filterable: false,
    disableColumnMenu: true,
    ...column,
    ...(isPhone && column.flex !== undefined && { minWidth: NARROWEST }),
    ...(isPhone && column.width !== undefined && { width: Math.min(column.width, WIDEST) }),
  }));
}
