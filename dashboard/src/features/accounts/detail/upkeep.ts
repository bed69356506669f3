import { queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';

export type Found = Model<'OperationsRead'>;
export type Step = Found['steps'][number];
export type Run = Pick<Found['tasks'][number], 'id'> & {
  /** Null for steps whose task is not among the newest any more. */
  task: Found['tasks'][number] | null;
  steps: Step[];
};

export const operationsQuery = (id: number) =>
  queryOptions({
    queryKey: ['operations', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/accounts/{account_id}/operations', {
          params: { path: { account_id: id } },
          signal,
        }),
      ),
  });

/** Each task with its steps in the order in which they were taken; the newest task first. */
export function runsOf({ tasks, steps }: Pick<Found, 'tasks' | 'steps'>): Run[] {
  const runs = new Map<string, Run>(
    tasks.map((task) => [task.id, { id: task.id, task, steps: [] }]),
  );
  for (const step of steps) {
    const id = step.task_id ?? `${step.action} ${step.at}`;
    const run = runs.get(id) ?? { id, task: null, steps: [] };
    run.steps.unshift(step);
    runs.set(id, run);
  }
  return [...runs.values()].sort((one, other) => startOf(other).localeCompare(startOf(one)));
}

const startOf = ({ task, steps }: Run) => task?.created_at ?? steps[0]?.at ?? '';

const KINDS: Record<string, string> = {
  recover_account: 'Recovery',
  rotate_password: 'New password',
  refresh_cookies: 'Refresh of cookies',
  'recovery.step': 'Recovery',
  'rotation.step': 'New password',
  'cookies.step': 'Refresh of cookies',
};

export function titleOf({ task, steps }: Run): string {
  const kind = task?.type ?? steps[0]?.action ?? '';
  return KINDS[kind] ?? kind;
}
