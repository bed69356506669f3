import { api, type Batch, data, type Model, request, type Task } from '@/lib/api';
import type { paths } from '@/lib/api/schema';
import { count, plural, words } from '@/lib/numbers';
import { batchName, typeName } from '@/lib/tasks';
import { useAction } from '@/lib/useAction';

const touches = ['tasks', 'batches', 'queue', 'accounts', 'audit'];
const ofTask = ({ id }: Pick<Task, 'id'>) => ({ params: { path: { task_id: id } } });
const ofBatch = ({ id }: Pick<Batch, 'id'>) => ({ params: { path: { batch_id: id } } });

export interface Made {
  task?: Task;
  batch?: Batch;
  follow?: Model<'FollowReport'>;
  file?: Model<'FileReport'>;
}

/** One task stands alone; several are a batch; of follows the server makes the pairs. */
export type Wanted =
  | { kind: 'task'; body: Model<'TaskCreate'> }
  | { kind: 'batch'; body: Model<'BatchCreate'> }
  | { kind: 'follow'; body: Model<'FollowRequest'> }
  | { kind: 'file'; query: FileQuery; file: File };

type FileQuery = Omit<
  NonNullable<paths['/api/batches/csv']['post']['parameters']['query']>,
  'dry_run'
>;

/** For the form, which shows by itself what is refused. */
export function useCreate() {
  return useAction({
    run: send,
    done: saidOf,
    failed: 'Nothing was put into the queue.',
    undo: (_, made) => (made.task ? cancelTask(made.task) : cancelAll(made)),
    canUndo: (_, made) => !!made.task || idsOf(made).length > 0,
    quiet: true,
    touches,
  });
}

/** What it would be, asked before it is meant: of follows and files only. */
export function useRehearsal() {
  return useAction({
    run: (wanted: Wanted): Promise<Made> => {
      if (wanted.kind === 'file') return sendFile(wanted, true);
      if (wanted.kind !== 'follow') return Promise.resolve({});
      return send({ ...wanted, body: { ...wanted.body, dry_run: true } });
    },
    done: () => null,
    failed: 'It could not be looked at.',
    quiet: true,
    touches: [],
  });
}

async function sendFile(
  { query, file }: Extract<Wanted, { kind: 'file' }>,
  isDry: boolean,
): Promise<Made> {
  const form = new FormData();
  form.append('file', file);
  const sent = { method: 'POST', query: { ...query, dry_run: isDry }, form } as const;
  const report = await request<Model<'FileReport'>>('/api/batches/csv', sent);
  return { file: report, ...(report.follow && { follow: report.follow }) };
}

async function send(wanted: Wanted): Promise<Made> {
  if (wanted.kind === 'file') return sendFile(wanted, false);
  const { kind, body } = wanted;
  if (kind === 'task') return { task: await data(api.POST('/api/tasks', { body })) };
  if (kind === 'batch') return { batch: await data(api.POST('/api/batches', { body })) };
  return { follow: await data(api.POST('/api/batches/follow', { body })) };
}

function saidOf({ task, batch, follow, file }: Made): string {
  if (task) return `${typeName(task.type)}: the task is in the queue.`;
  if (batch) return `${batchName(batch)}: ${plural(batch.size, 'task')} in the queue.`;
  if (file && !follow) return `${plural(file.tasks, 'task')} of the file in the queue.`;
  const left = leftOut(follow);
  const rest = left === '' ? '' : ` Left out: ${left}.`;
  return `${plural(follow?.pairs ?? 0, 'follow')} in the queue.${rest}`;
}

const REASONS: Record<string, string> = {
  itself: 'that would follow themselves',
  own_account: 'that are own accounts',
  per_account_max: 'beyond what each account may',
  dedupe_hit: 'engaged already',
  target_unavailable: 'not to be reached',
  do_not_contact: 'on the do-not-contact list',
};

/** Who is left out of a list of follows, and why; empty where nobody is. */
export function leftOut(follow: Model<'FollowReport'> | undefined): string {
  return Object.entries(follow?.left_out ?? {})
    .filter(([, number]) => number > 0)
    .map(([reason, number]) => `${count(number)} ${REASONS[reason] ?? words(reason).toLowerCase()}`)
    .join(', ');
}

/** The batches that came of it. */
export function idsOf({ batch, follow, file }: Made): string[] {
  if (batch) return [batch.id];
  return (file ?? follow)?.batches.flatMap(({ id }) => id ?? []) ?? [];
}

function cancelAll(made: Made) {
  return Promise.all(idsOf(made).map((id) => cancelBatch({ id })));
}

const cancelTask = (task: Pick<Task, 'id'>) =>
  data(api.POST('/api/tasks/{task_id}/cancel', ofTask(task)));
const cancelBatch = (batch: Pick<Batch, 'id'>) =>
  data(api.POST('/api/batches/{batch_id}/cancel', ofBatch(batch)));

export function useCancelTask() {
  return useAction({
    run: cancelTask,
    done: ({ status }) =>
      status === 'running'
        ? 'The task is asked to end; it does so where it next reports.'
        : 'The task is cancelled.',
    failed: 'The task was not cancelled.',
    undo: (_, task) => data(api.POST('/api/tasks/{task_id}/retry', ofTask(task))),
    canUndo: (_, { status }) => status === 'failed',
    touches,
  });
}

export function useRetryTask() {
  return useAction({
    run: (task: Task) => data(api.POST('/api/tasks/{task_id}/retry', ofTask(task))),
    done: () => 'The task begins again, with all its retries.',
    failed: 'The task does not begin again.',
    undo: cancelTask,
    touches,
  });
}

export function useRetryFailed() {
  return useAction({
    run: (batch: Batch) => data(api.POST('/api/batches/{batch_id}/retry-failed', ofBatch(batch))),
    done: (_, { counts }) =>
      `${plural(counts.failed, 'task begins', 'tasks begin')} again, with all retries.`,
    failed: 'Nothing begins again.',
    touches,
  });
}
