import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';

import { AccountFilter } from './AccountFilter';
import { ChoiceFilter, type Choice } from './ChoiceFilter';
import { SavedViews } from './SavedViews';
import { SearchField } from './SearchField';
import { TextFilter } from './TextFilter';

/** The part of a list's state that filters need; `useListState` answers all of it. */
export interface FilterState {
  filters: Record<string, string | string[] | null>;
  isFiltered: boolean;
  setFilters(change: Record<string, string | string[] | null>): void;
  clear: () => void;
}

export type FilterField =
  | { kind: 'search'; name: string; label: string }
  | { kind: 'choice'; name: string; label: string; options: Choice[]; many?: boolean }
  /** The URL holds the id or the login, as the list's route asks for it. */
  | { kind: 'account'; name: string; label: string; by: 'id' | 'login' }
  | { kind: 'text'; name: string; label: string; type?: 'text' | 'number' | 'datetime-local' };

interface FilterBarProps {
  /** What the list is called where its saved views are kept: `accounts`. */
  name: string;
  list: FilterState;
  fields: FilterField[];
  /** What stands at the right: an export, a toggle. */
  children?: ReactNode;
}

/** The filters of a list as chips that say what they hold, its search, and its saved views. */
export function FilterBar({ name, list, fields, children }: FilterBarProps) {
  const searches = fields.filter(({ kind }) => kind === 'search');
  const chips = fields.filter(({ kind }) => kind !== 'search');
  return (
    <Box role="search" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
      {searches.map((field) => (
        <Field key={field.name} field={field} list={list} />
      ))}
      <Box
        sx={searches.length > 0 ? { ...line, flexBasis: { xs: '100%' }, order: { xs: 1 } } : line}
      >
        {chips.map((field) => (
          <Field key={field.name} field={field} list={list} />
        ))}
        {list.isFiltered && (
          <Button onClick={list.clear} sx={{ flexShrink: 0 }}>
            Clear
          </Button>
        )}
      </Box>
      <Box sx={{ display: 'flex', gap: 1, ml: { sm: 'auto' }, order: { sm: 2 } }}>
        {children}
        <SavedViews name={name} />
      </Box>
    </Box>
  );
}

/** In a narrow window the chips are one line to be pushed sideways, and fade where it goes on. */
const line = {
  display: { xs: 'flex', sm: 'contents' },
  flex: { xs: '1 1 0' },
  minWidth: 0,
  gap: 1,
  overflowX: 'auto',
  scrollbarWidth: 'none',
  pr: 3,
  maskImage: 'linear-gradient(to right, black calc(100% - 28px), transparent)',
} as const;

function Field({ field, list }: { field: FilterField; list: FilterState }) {
  const value = list.filters[field.name] ?? null;
  const set = (next: string | string[] | null) => list.setFilters({ [field.name]: next });
  if (field.kind === 'choice') {
    const many = field.many ?? false;
    const chosen = Array.isArray(value) ? value : value === null ? [] : [value];
    return (
      <ChoiceFilter
        label={field.label}
        options={field.options}
        chosen={chosen}
        many={many}
        onChange={(next) => set(many ? next : (next.at(-1) ?? null))}
      />
    );
  }
  const text = typeof value === 'string' ? value : '';
  if (field.kind === 'search')
    return <SearchField label={field.label} value={text} onChange={set} />;
  if (field.kind === 'account')
    return <AccountFilter label={field.label} by={field.by} value={text} onChange={set} />;
  return <TextFilter label={field.label} type={field.type ?? 'text'} value={text} onChange={set} />;
}
