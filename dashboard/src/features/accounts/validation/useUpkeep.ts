import { type Account, api, data } from '@/lib/api';
import { useAction } from '@/lib/useAction';
import { cancelAll } from '../grid/bulk';

export const UPKEEP = [
  { action: 'recover', label: 'Recover', what: 'a recovery' },
  { action: 'rotate', label: 'New password', what: 'a new password' },
  { action: 'refresh_cookies', label: 'Refresh cookies', what: 'a refresh of cookies' },
] as const;

export type UpkeepAction = (typeof UPKEEP)[number]['action'];

interface Order {
  account: Account;
  action: UpkeepAction;
}

/** One account is put into the queue to be kept open, as many are. */
export function useUpkeep() {
  return useAction({
    run: ({ account, action }: Order) =>
      data(
        api.POST('/api/accounts/bulk', {
          body: { action, ids: [account.id], dry_run: false },
        }),
      ),
    done: ({ changed, rows }, { account: { login }, action }) =>
      changed > 0
        ? `${login} is in the queue for ${whatOf(action)}.`
        : `${login} was not put into the queue: ${rows[0]?.reason ?? 'nothing was said'}.`,
    failed: ({ account: { login } }) => `${login} was not put into the queue.`,
    undo: (_, report) => cancelAll(report),
    canUndo: (_, { changed }) => changed > 0,
    touches: ['accounts', 'operations', 'tasks', 'batches', 'queue'],
  });
}

const whatOf = (action: UpkeepAction) => UPKEEP.find((one) => one.action === action)?.what;
