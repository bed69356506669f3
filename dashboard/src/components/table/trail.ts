/**
 * A cursor leads forward only, so the way back is remembered: the cursors of the pages that were
 * passed, per list and filter, as long as the tab is open.
 */
const PREFIX = 'retinue.trail.';

export function rememberCursor(list: string, page: number, cursor: string | null): void {
  const cursors = read(list);
  cursors[page - 1] = cursor;
  try {
    sessionStorage.setItem(PREFIX + list, JSON.stringify(cursors.slice(0, page)));
  } catch {
    // Without storage the way back leads to the first page.
  }
}

/** The page before, or the first where nobody remembers the one before. */
export function pageBefore(list: string, page: number): { page: number; cursor: string | null } {
  const cursor = read(list)[page - 2];
  return page <= 2 || !cursor ? { page: 1, cursor: null } : { page: page - 1, cursor };
}

function read(list: string): (string | null)[] {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + list) ?? '[]') as (string | null)[];
  } catch {
    return [];
  }
}
