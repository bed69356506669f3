import type { Model } from '@/lib/api';
import { number } from './typed';

type Kind = 'flag' | 'number' | 'list';
type Held<Of> = Of extends 'flag' ? boolean : string;

/** What keeps accounts open, by the groups of the settings and the names in them. */
export const GROUPS = {
  recovery: { automatic: 'flag' },
  upkeep: { enabled: 'flag', cookies_hours: 'number', validation_hours: 'number' },
  mail: { senders: 'list', wait_seconds: 'number' },
  proxies: { check_minutes: 'number', history_days: 'number' },
  evidence: { keep_days: 'number' },
} as const satisfies Record<string, Record<string, Kind>>;

type Groups = typeof GROUPS;
/** As the form holds them: text where something is typed. */
export type KeepingDraft = {
  -readonly [Group in keyof Groups]: {
    -readonly [Name in keyof Groups[Group]]: Held<Groups[Group][Name]>;
  };
};
type Loose = Record<string, Record<string, unknown> | undefined>;

const kinds = Object.entries(GROUPS) as [string, Record<string, Kind>][];

export function keepingOf(values: Partial<Model<'RuntimeSettings'>>): KeepingDraft {
  const held = values as Loose;
  return Object.fromEntries(
    kinds.map(([group, names]) => [
      group,
      Object.fromEntries(
        Object.entries(names).map(([name, kind]) => [name, textOf(held[group]?.[name], kind)]),
      ),
    ]),
  ) as unknown as KeepingDraft;
}

/** By group, only what differs. */
export function keepingChanges(
  before: KeepingDraft,
  after: KeepingDraft,
): Record<string, Record<string, unknown>> {
  const changes: Record<string, Record<string, unknown>> = {};
  for (const [group, names] of kinds) {
    for (const [name, kind] of Object.entries(names)) {
      const next = (after as Loose)[group]?.[name];
      if ((before as Loose)[group]?.[name] === next) continue;
      changes[group] = { ...changes[group], [name]: valueOf(next, kind) };
    }
  }
  return changes;
}

function textOf(value: unknown, kind: Kind): boolean | string {
  if (kind === 'flag') return value === true;
  if (kind === 'list') return ((value ?? []) as string[]).join(', ');
  return typeof value === 'number' ? String(value) : '';
}

function valueOf(held: unknown, kind: Kind): unknown {
  if (kind === 'flag') return held;
  if (kind === 'number') return number(String(held));
  return String(held)
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
}
