import { type Account, api, data } from '@/lib/api';
import { useAction } from '@/lib/useAction';
import { cancelAll } from '../grid/bulk';

/** One account is put into the queue to be validated, as many are. */
export function useValidate() {
  return useAction({
    run: ({ id }: Account) =>
      data(
        api.POST('/api/accounts/bulk', {
          body: { action: 'validate', ids: [id], dry_run: false },
        }),
      ),
    done: ({ changed, rows }, { login }) =>
      changed > 0
        ? `${login} is in the queue to be validated.`
        : `${login} was not put into the queue: ${rows[0]?.reason ?? 'nothing was said'}.`,
    failed: ({ login }) => `${login} was not put into the queue.`,
    undo: (_, report) => cancelAll(report),
    canUndo: (_, { changed }) => changed > 0,
    touches: ['accounts', 'tasks', 'batches', 'queue'],
  });
}
