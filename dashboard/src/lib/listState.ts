import {
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs';
import { useCallback, useMemo } from 'react';

/** What kind of value a filter holds. All of it stands in the URL. */
export type FilterKind = 'text' | 'one' | 'many';
export type FilterShape = Record<string, FilterKind>;
export type FilterValues<Shape extends FilterShape> = {
  [Name in keyof Shape]: Shape[Name] extends 'many' ? string[] : string | null;
};

const SORT_ORDERS = ['asc', 'desc'] as const;
const parserOf = {
  text: parseAsString,
  one: parseAsString,
  many: parseAsArrayOf(parseAsString).withDefault([]),
};

export interface Sort {
  by: string;
  order: 'asc' | 'desc';
}

export interface ListState<Shape extends FilterShape> {
  filters: FilterValues<Shape>;
  sort: Sort | null;
  /** One row a page is open beside the list, by its id. */
  open: string | null;
  page: number;
  cursor: string | null;
  /** The same filters and order give the same text: for query keys and for starting over. */
  key: string;
  isFiltered: boolean;
  setFilters: (change: Partial<FilterValues<Shape>>) => void;
  clear: () => void;
  setSort: (sort: Sort | null) => void;
  setOpen: (id: string | null) => void;
  goTo: (page: number, cursor: string | null) => void;
}

function parsersOf(shape: FilterShape) {
  return {
    ...Object.fromEntries(Object.entries(shape).map(([name, kind]) => [name, parserOf[kind]])),
    sort: parseAsString,
    order: parseAsStringLiteral(SORT_ORDERS),
    open: parseAsString,
    page: parseAsInteger.withDefault(1),
    after: parseAsString,
  };
}

/** The state of a list, kept in the URL: a link, a reload and the back button bring all of it back. */
export function useListState<const Shape extends FilterShape>(shape: Shape): ListState<Shape> {
  const names = Object.keys(shape);
  // A page may write its filters as a literal; what counts is what they say.
  const declared = JSON.stringify(shape);
  const parsers = useMemo(() => parsersOf(JSON.parse(declared) as FilterShape), [declared]);
  const [values, setValues] = useQueryStates(parsers);
  const filters = Object.fromEntries(
    names.map((name) => [name, (values as Record<string, unknown>)[name]]),
  ) as FilterValues<Shape>;
  const sort = values.sort === null ? null : { by: values.sort, order: values.order ?? 'asc' };

  const change = useCallback(
    (next: Record<string, unknown>, history: 'push' | 'replace' = 'replace') =>
      void setValues(next as Parameters<typeof setValues>[0], { history }),
    [setValues],
  );
  const start = { page: null, after: null };
  const isEmpty = (value: unknown) =>
    value === null || (Array.isArray(value) && value.length === 0);
  return {
    filters,
    sort,
    open: values.open,
    page: values.page,
    cursor: values.after,
    key: JSON.stringify([filters, sort]),
    isFiltered: Object.values(filters).some((value) => !isEmpty(value)),
    setFilters: (next) => {
      const cleaned = Object.entries(next).map(([name, value]) => [
        name,
        isEmpty(value) || value === '' ? null : value,
      ]);
      change({ ...Object.fromEntries(cleaned), ...start });
    },
    clear: () => change({ ...Object.fromEntries(names.map((name) => [name, null])), ...start }),
    setSort: (next) => change({ sort: next?.by ?? null, order: next?.order ?? null, ...start }),
    setOpen: (id) => change({ open: id }, 'push'),
    goTo: (page, cursor) => change({ page: page === 1 ? null : page, after: cursor }, 'push'),
  };
}
