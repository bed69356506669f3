export { DataTable, PAGE_SIZE } from './DataTable';
export { NOTHING, type Selection, sizeOf } from './selection';
