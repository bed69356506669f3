import type { GridValidRowModel } from '@mui/x-data-grid';

import { FilterBar, type FilterField } from '../filters';
import type { FilterState } from '../filters/FilterBar';
import { DataTable, type DataTableProps, type TableState } from './DataTable';

interface FilteredTableProps<Row extends GridValidRowModel> extends DataTableProps<Row> {
  fields: FilterField[];
  list: TableState & FilterState;
}

/** A list with its filters above it, under one name. */
export function FilteredTable<Row extends GridValidRowModel>(props: FilteredTableProps<Row>) {
  const { fields, ...table } = props;
  return (
    <>
      <FilterBar name={table.name} list={table.list} fields={fields} />
      <DataTable {...table} />
    </>
  );
}
