export type Values = Record<string, unknown> | null | undefined;

export interface Change {
  /** Where the value stands: `limits.like.per_day`. */
  name: string;
  /** As it is shown; null where there was, or is, none. */
  before: string | null;
  after: string | null;
}

/** What one entry says that has changed, value by value; those that stayed the same are only counted. */
export function changesOf(before: Values, after: Values): { changes: Change[]; same: number } {
  const old = flat(before);
  const next = flat(after);
  const names = [...new Set([...old.keys(), ...next.keys()])];
  const all = names.map((name) => ({
    name,
    before: old.get(name) ?? null,
    after: next.get(name) ?? null,
  }));
  const changes = all.filter((one) => one.before !== one.after);
  return { changes, same: all.length - changes.length };
}

function flat(values: Values): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, name: string) => {
    if (isGroup(value)) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, name === '' ? key : `${name}.${key}`);
    } else found.set(name, shown(value));
  };
  if (values !== null && values !== undefined) walk(values, '');
  return found;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.keys(value).length > 0;
}

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length === 0 ? 'none' : value.map(String).join(', ');
  return JSON.stringify(value);
}
