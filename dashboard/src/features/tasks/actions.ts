import { api, type Batch, data, type Model, type Task } from '@/lib/api';
import { plural, words } from '@/lib/numbers';
import { batchName, typeName } from '@/lib/tasks';
import { useAction } from '@/lib/useAction';

const touches = ['tasks', 'batches', 'queue', 'accounts', 'audit'];
const ofTask = ({ id }: Pick<Task, 'id'>) => ({ params: { path: { task_id: id } } });
const ofBatch = ({ id }: Pick<Batch, 'id'>) => ({ params: { path: { batch_id: id } } });

export interface Made {
  task?: Task;
  batch?: Batch;
  follow?: Model<'FollowReport'>;
}

/** One task stands alone; several are a batch; of follows the server makes the pairs. */
export type Wanted =
  | { kind: 'task'; body: Model<'TaskCreate'> }
  | { kind: 'batch'; body: Model<'BatchCreate'> }
  | { kind: 'follow'; body: Model<'FollowRequest'> };

/** For the form, which shows by itself what is refused. */
export function useCreate() {
  return useAction({
    run: send,
    done: saidOf,
    failed: 'Nothing was put into the queue.',
    undo: (_, made) => (made.task ? cancelTask(made.task) : cancelAll(made)),
    canUndo: (_, { task, batch, follow }) => !!task || !!batch || (follow?.pairs ?? 0) > 0,
    quiet: true,
    touches,
  });
}

async function send(wanted: Wanted): Promise<Made> {
  const { kind, body } = wanted;
  if (kind === 'task') return { task: await data(api.POST('/api/tasks', { body })) };
  if (kind === 'batch') return { batch: await data(api.POST('/api/batches', { body })) };
  return { follow: await data(api.POST('/api/batches/follow', { body })) };
}

function saidOf({ task, batch, follow }: Made): string {
  if (task) return `${typeName(task.type)}: the task is in the queue.`;
  if (batch) return `${batchName(batch)}: ${plural(batch.size, 'task')} in the queue.`;
  const left = Object.entries(follow?.left_out ?? {}).filter(([, number]) => number > 0);
  const why = left.map(([reason, number]) => `${number} ${words(reason).toLowerCase()}`);
  const rest = why.length > 0 ? ` Left out: ${why.join(', ')}.` : '';
  return `${plural(follow?.pairs ?? 0, 'follow')} in the queue.${rest}`;
}

/** Whatever it was made of. */
function cancelAll({ batch, follow }: Made) {
  const ids = batch ? [batch.id] : (follow?.batches ?? []).flatMap(({ id }) => id ?? []);
  return Promise.all(ids.map((id) => cancelBatch({ id })));
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
