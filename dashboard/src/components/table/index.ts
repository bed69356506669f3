export { DataTable, PAGE_SIZE } from './DataTable';
export { FilteredTable } from './FilteredTable';
export { Pager } from './Pager';
export { NOTHING, type Selection, sizeOf } from './selection';
