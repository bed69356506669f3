export { DataTable, PAGE_SIZE } from './DataTable';
export { Pager } from './Pager';
export { NOTHING, type Selection, sizeOf } from './selection';
