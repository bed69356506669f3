import { api, type Batch, data, type Model, type Task } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { batchName, typeName } from '@/lib/tasks';
import { useAction } from '@/lib/useAction';

const touches = ['tasks', 'batches', 'queue', 'accounts', 'audit'];
const ofTask = ({ id }: Pick<Task, 'id'>) => ({ params: { path: { task_id: id } } });
const ofBatch = ({ id }: Pick<Batch, 'id'>) => ({ params: { path: { batch_id: id } } });

export type Made = { task: Task; batch?: undefined } | { task?: undefined; batch: Batch };

/** One task stands alone; several are a batch. */
export type Wanted =
  { kind: 'task'; body: Model<'TaskCreate'> } | { kind: 'batch'; body: Model<'BatchCreate'> };

/** For the form, which shows by itself what is refused. */
export function useCreate() {
  return useAction({
    run: async (wanted: Wanted): Promise<Made> =>
      wanted.kind === 'task'
        ? { task: await data(api.POST('/api/tasks', { body: wanted.body })) }
        : { batch: await data(api.POST('/api/batches', { body: wanted.body })) },
    done: ({ task, batch }) =>
      task
        ? `${typeName(task.type)}: the task is in the queue.`
        : `${batchName(batch)}: ${plural(batch.size, 'task')} in the queue.`,
    failed: 'Nothing was put into the queue.',
    undo: (_, { task, batch }) => (task ? cancelTask(task) : cancelBatch(batch)),
    quiet: true,
    touches,
  });
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
