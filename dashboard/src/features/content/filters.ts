import type { FilterField } from '@/components/filters';
import type { Model } from '@/lib/api';
import type { FilterValues, ListState } from '@/lib/listState';
import type { PictureFilter, TextFilter } from './queries';
import { CATEGORIES, categoryName, type Sort, SORT_NAMES, STATES, TEXT_KINDS } from './reading';

/** The filters of both lists, as they stand in the address. */
export const SHAPE = {
  q: 'text',
  persona: 'one',
  category: 'one',
  kind: 'one',
  state: 'one',
} as const;
export type List = ListState<typeof SHAPE>;

export function fieldsOf(
  personas: readonly Model<'PersonaRead'>[],
  what: 'pictures' | 'texts',
): FilterField[] {
  const fields: FilterField[] = [
    {
      kind: 'search',
      name: 'q',
      label: what === 'pictures' ? 'Tag, or part of a title' : 'Tag, or part of a text',
    },
    {
      kind: 'choice',
      name: 'persona',
      label: 'Persona',
      options: personas.map(({ id, name }) => ({ value: String(id), label: name })),
    },
    {
      kind: 'choice',
      name: 'category',
      label: 'Category',
      options: CATEGORIES.map((value) => ({ value, label: categoryName(value) })),
    },
    {
      kind: 'choice',
      name: 'state',
      label: 'State',
      options: STATES.map((value) => ({ value })),
    },
  ];
  if (what === 'texts') {
    const options = TEXT_KINDS.map((value) => ({ value }));
    fields.splice(2, 0, { kind: 'choice', name: 'kind', label: 'Kind', options });
  }
  return fields;
}

export function pictureFilterOf(filters: FilterValues<typeof SHAPE>): PictureFilter {
  return {
    q: filters.q,
    persona: filters.persona === null ? null : Number(filters.persona),
    category: filters.category,
    state: filters.state as PictureFilter['state'],
  };
}

export function textFilterOf(filters: FilterValues<typeof SHAPE>): TextFilter {
  return { ...pictureFilterOf(filters), kind: filters.kind as TextFilter['kind'] };
}

/** The server sorts each way by one order only, so the address holds its name alone. */
export function sortOf({ sort }: Pick<List, 'sort'>): Sort {
  return sort !== null && sort.by in SORT_NAMES ? (sort.by as Sort) : 'newest';
}
