export { FilterBar, type FilterField } from './FilterBar';
