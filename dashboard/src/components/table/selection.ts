import type { GridRowSelectionModel } from '@mui/x-data-grid';

/** What a bulk action is for: rows by their ids, or whatever matches the filters, seen or not. */
export type Selection = { kind: 'ids'; ids: string[] } | { kind: 'matching'; total: number };

export const NOTHING: Selection = { kind: 'ids', ids: [] };

export function sizeOf(selection: Selection): number {
  return selection.kind === 'ids' ? selection.ids.length : selection.total;
}

export function modelOf(selection: Selection): GridRowSelectionModel {
  return selection.kind === 'matching'
    ? { type: 'exclude', ids: new Set() }
    : { type: 'include', ids: new Set(selection.ids) };
}

/** Of "all but some" only what is on the page is known, so it becomes the rest of the page. */
export function selectionOf(model: GridRowSelectionModel, onPage: string[]): Selection {
  const ids = new Set([...model.ids].map(String));
  if (model.type === 'include') return { kind: 'ids', ids: [...ids] };
  return { kind: 'ids', ids: onPage.filter((id) => !ids.has(id)) };
}

/** With one row more or one less; of "all that match" the rest of the page is left. */
export function toggled(selection: Selection, id: string, onPage: string[]): Selection {
  const ids = selection.kind === 'ids' ? selection.ids : onPage;
  return {
    kind: 'ids',
    ids: ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id],
  };
}
