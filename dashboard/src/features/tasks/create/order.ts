import { type Account, type ApiError, asApiError, type Model, type TaskType } from '@/lib/api';
import { plural } from '@/lib/numbers';
import type { Wanted } from '../actions';

export const PROFILE_FIELDS = [
  'name',
  'description',
  'url',
  'location',
  'profile_image',
  'profile_banner',
  'lang',
] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** What somebody has filled in, whichever form it was. */
export interface Draft {
  accounts: Account[];
  worker: Account | null;
  handles: string;
  proxies: number[];
  maxItems: string;
  withReplies: boolean;
  withReposts: boolean;
  params: string;
  /** What is to change of a profile; what is empty stays as it is. */
  profile: Partial<Record<ProfileField, string>>;
  perAccount: string;
  /** Whether those who are followed are own accounts. */
  internal: boolean;
  /** A CSV file in place of the fields that say about whom. */
  file: File | null;
  isByFile: boolean;
  /** 1 to 4, or empty for the usual one. */
  priority: string;
  name: string;
}

export const EMPTY: Draft = {
  accounts: [],
  worker: null,
  handles: '',
  proxies: [],
  maxItems: '100',
  withReplies: false,
  withReposts: false,
  params: '{}',
  profile: {},
  perAccount: '50',
  internal: false,
  file: null,
  isByFile: false,
  priority: '',
  name: '',
};

export type Field = keyof Draft | 'type' | `profile.${ProfileField}`;
export type Errors = Partial<Record<Field, string>>;
type Item = Model<'BatchItem'>;

/** The fields that a type's form has. What is not known here takes accounts and parameters as JSON. */
const FORMS: Partial<Record<TaskType, Field[]>> = {
  validate_account: ['accounts'],
  recover_account: ['accounts'],
  rotate_password: ['accounts'],
  refresh_cookies: ['accounts'],
  check_proxy: ['proxies'],
  follow: ['accounts', 'internal', 'handles', 'perAccount'],
  update_profile: ['accounts', 'profile'],
  lookup_profile: ['handles', 'worker'],
  lookup_posts: ['handles', 'maxItems', 'withReplies', 'withReposts', 'worker'],
};
const MOST = 1000;
const MOST_ITEMS = 100;

/** The columns of each type's CSV form; the first is the one that every row needs. */
export const FILE_COLUMNS: Partial<Record<TaskType, string[]>> = {
  validate_account: ['account_no'],
  update_profile: ['account_no', ...PROFILE_FIELDS],
  follow: ['username'],
  lookup_profile: ['username', 'fields', 'worker_account'],
  lookup_posts: ['username', 'max_items', 'include_replies', 'include_retweets', 'worker_account'],
};

/** The fields of a type's form; by file only those that the file does not hold. */
export function fieldsOf(type: TaskType, isByFile = false): Field[] {
  const fields = FORMS[type] ?? ['accounts', 'params'];
  if (!isByFile) return fields;
  return type === 'follow' ? ['accounts', 'internal', 'perAccount', 'file'] : ['file'];
}

/** Whether the draft is to be sent as a file: not every type has a form for one. */
export const isByFile = (type: TaskType, draft: Draft): boolean =>
  draft.isByFile && FILE_COLUMNS[type] !== undefined;

/** The handles of a text: one a line or parted by commas, without @, each once. */
export function handlesOf(text: string): string[] {
  const found = text.split(/[\s,;]+/).map((one) => one.replace(/^@/, ''));
  return [...new Set(found)].filter((one) => one !== '');
}

/** JSON as an object, or what is wrong with it, in words. */
export function paramsOf(text: string): { params: Record<string, unknown> } | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    const at = /line (\d+) column (\d+)/.exec(said);
    const place = at ? ` Line ${at[1]}, column ${at[2]}.` : '';
    return { wrong: `This is not JSON.${place} Names and texts stand in double quotes.` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { wrong: 'Parameters are an object: {"name": value}.' };
  }
  return { params: value as Record<string, unknown> };
}

/** What is sent, or which fields keep it from being sent. */
export function orderOf(type: TaskType, draft: Draft): { wanted: Wanted } | { errors: Errors } {
  const errors: Errors = {};
  if (isByFile(type, draft)) return fileOf(type, draft, errors);
  if (type === 'follow') return followOf(draft, errors);
  const items = itemsOf(type, draft, errors);
  if (items.length > MOST) {
    const [field] = fieldsOf(type);
    errors[field ?? 'type'] =
      `A batch has at most ${plural(MOST, 'task')}; these are ${items.length}.`;
  }
  const [first] = items;
  if (first === undefined || Object.keys(errors).length > 0) return { errors };
  const priority = priorityOf(draft);
  if (items.length === 1) return { wanted: { kind: 'task', body: { type, priority, ...first } } };
  const name = draft.name.trim() || null;
  const body = { type, name, tasks: items, priority: priority ?? 4 };
  return { wanted: { kind: 'batch', body } };
}

function fileOf(
  type: TaskType,
  draft: Draft,
  errors: Errors,
): { wanted: Wanted } | { errors: Errors } {
  const most = Number(draft.perAccount);
  const isFollow = type === 'follow';
  if (isFollow && draft.accounts.length === 0) errors.accounts = 'Choose an account.';
  if (isFollow && !isWithin(most, MOST)) errors.perAccount = `A whole number from 1 to ${MOST}.`;
  if (draft.file === null) errors.file = 'Choose a file.';
  if (draft.file === null || Object.keys(errors).length > 0) return { errors };
  const query = {
    type,
    name: draft.name.trim() || null,
    priority: priorityOf(draft) ?? 4,
    ...(isFollow && {
      accounts: draft.accounts.map((account) => account.account_no),
      internal: draft.internal,
      per_account_max: most,
    }),
  };
  return { wanted: { kind: 'file', query, file: draft.file } };
}

/** One task for each pair of who follows and who is followed; the server makes the pairs. */
function followOf(draft: Draft, errors: Errors): { wanted: Wanted } | { errors: Errors } {
  const targets = handlesOf(draft.handles);
  const most = Number(draft.perAccount);
  if (draft.accounts.length === 0) errors.accounts = 'Choose an account.';
  if (targets.length === 0 && !draft.internal) errors.handles = 'Say who is to be followed.';
  if (targets.length > MOST) errors.handles = `At most ${plural(MOST, 'person', 'people')}.`;
  if (!isWithin(most, MOST)) errors.perAccount = `A whole number from 1 to ${MOST}.`;
  if (Object.keys(errors).length > 0) return { errors };
  const body = {
    accounts: draft.accounts.map((account) => account.account_no),
    targets,
    internal: draft.internal,
    per_account_max: most,
    name: draft.name.trim() || null,
    priority: priorityOf(draft) ?? 4,
    dry_run: false,
  };
  return { wanted: { kind: 'follow', body } };
}

const isWithin = (value: number, most: number) =>
  Number.isInteger(value) && value >= 1 && value <= most;

const priorityOf = ({ priority }: Draft): Model<'Priority'> | null =>
  priority === '' ? null : (Number(priority) as Model<'Priority'>);

function itemsOf(type: TaskType, draft: Draft, errors: Errors): Item[] {
  const fields = fieldsOf(type);
  if (fields.includes('proxies')) {
    if (draft.proxies.length === 0) errors.proxies = 'Choose a proxy.';
    return draft.proxies.map((proxy) => ({ params: { proxy } }));
  }
  if (fields.includes('handles')) {
    const handles = handlesOf(draft.handles);
    if (handles.length === 0) errors.handles = 'Say who is to be looked up.';
    const more = fields.includes('maxItems') ? postsParams(draft, errors) : {};
    const worker = draft.worker === null ? {} : { worker_account: draft.worker.account_no };
    return handles.map((username) => ({ ...worker, params: { username, ...more } }));
  }
  if (fields.includes('profile')) {
    const changes = Object.entries(draft.profile).filter(([, text]) => text.trim() !== '');
    if (changes.length === 0) errors['profile.name'] = 'Say what is to change, here or below.';
    if (draft.accounts.length === 0) errors.accounts = 'Choose an account.';
    const params = { fields: Object.fromEntries(changes) };
    return draft.accounts.map(({ id }) => ({ account_id: id, params }));
  }
  const read = fields.includes('params') ? paramsOf(draft.params) : { params: {} };
  if ('wrong' in read) errors.params = read.wrong;
  if (draft.accounts.length === 0) errors.accounts = 'Choose an account.';
  const params = 'params' in read ? read.params : {};
  return draft.accounts.map(({ id }) => ({ account_id: id, params }));
}

function postsParams(draft: Draft, errors: Errors): Record<string, unknown> {
  const most = Number(draft.maxItems);
  if (!isWithin(most, MOST_ITEMS)) {
    errors.maxItems = `A whole number from 1 to ${MOST_ITEMS}.`;
  }
  return {
    max_items: most,
    include_replies: draft.withReplies,
    include_retweets: draft.withReposts,
  };
}

const PLACES: Record<string, Field> = {
  account: 'accounts',
  account_id: 'accounts',
  worker_account: 'worker',
  'params.username': 'handles',
  'params.proxy': 'proxies',
  'params.max_items': 'maxItems',
  'params.include_replies': 'withReplies',
  'params.include_retweets': 'withReposts',
  accounts: 'accounts',
  targets: 'handles',
  per_account_max: 'perAccount',
  priority: 'priority',
  name: 'name',
  type: 'type',
};

/** What the server refuses, at the fields of the form; the rest is for the form as a whole. */
export function refusalOf(
  error: unknown,
  type: TaskType,
  wanted: Wanted,
  draft: Draft,
): { errors: Errors; rest: string | null } {
  const refusal: ApiError = asApiError(error);
  const profile = PROFILE_FIELDS.map((one): Field => `profile.${one}`);
  const own = fieldsOf(type, isByFile(type, draft));
  const more = own.includes('profile') ? profile : [];
  const shown = new Set<Field>([...own, ...more, 'priority', 'name', 'type']);
  const said = new Map<Field, string[]>();
  let isPlaced = refusal.fields.length > 0;
  for (const { field, message } of refusal.fields) {
    const [, index, inside] = /^tasks\.(\d+)\.?(.*)$/.exec(field) ?? [null, null, field];
    const place = placeOf(inside ?? '') ?? (inside?.startsWith('params') ? 'params' : undefined);
    if (place === undefined || !shown.has(place)) {
      isPlaced = false;
      continue;
    }
    const name = index === null ? null : nameOf(Number(index), wanted, draft);
    const about = place === 'params' ? inside?.replace(/^params\.?/, '') : name;
    said.set(place, [...(said.get(place) ?? []), about ? `${about}: ${message}` : message]);
  }
  const errors = Object.fromEntries([...said].map(([field, texts]) => [field, brief(texts)]));
  return { errors, rest: isPlaced ? null : refusal.message };
}

function placeOf(path: string): Field | undefined {
  const field = PROFILE_FIELDS.find((one) => path === `params.fields.${one}`);
  // Of a list the whole field is meant, whichever of its items does not fit.
  return field ? `profile.${field}` : PLACES[path.replace(/^(accounts|targets)\.\d+$/, '$1')];
}

/** The item of a batch as the one who filled in the form knows it. */
function nameOf(index: number, wanted: Wanted, draft: Draft): string | null {
  const item = wanted.kind === 'batch' ? wanted.body.tasks[index] : undefined;
  if (item === undefined) return null;
  const account = draft.accounts.find(({ id }) => id === item.account_id);
  const { username } = item.params ?? {};
  return account?.login ?? (typeof username === 'string' ? `@${username}` : null);
}

function brief(texts: string[]): string {
  const some = [...new Set(texts)];
  return some.length > 3
    ? `${some.slice(0, 3).join('; ')}; and ${some.length - 3} more`
    : some.join('; ');
}
