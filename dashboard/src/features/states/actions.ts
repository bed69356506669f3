import { type AccountState, api, data } from '@/lib/api';
import { useAction } from '@/lib/useAction';

const touches = ['states', 'accounts', 'pauses', 'metrics', 'sessions'];

const pause = (row: AccountState) =>
  data(
    api.POST('/api/pause', {
      body: { scope: 'account', name: row.account, reason: 'paused in the list of states' },
    }),
  );

const resume = (row: AccountState) =>
  data(
    api.POST('/api/resume', {
      body: { scope: 'account', name: row.account, reason: 'resumed in the list of states' },
    }),
  );

export function usePauseAccount() {
  return useAction({
    run: pause,
    done: (_, { account }) => `${account} is paused.`,
    failed: ({ account }) => `${account} was not paused.`,
    undo: resume,
    touches,
  });
}

export function useResumeAccount() {
  return useAction({
    run: resume,
    done: (_, { account }) => `${account} goes on.`,
    failed: ({ account }) => `${account} stays paused.`,
    undo: pause,
    touches,
  });
}
