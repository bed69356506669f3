import { type Account, api, data, type Model } from '@/lib/api';
import { useAction } from '@/lib/useAction';

export type AccountChange = Model<'AccountChange'>;

const touches = ['accounts', 'states', 'audit', 'metrics'];

/** The change is refused where the account has moved on since it was read. */
function patch(account: Account, body: AccountChange) {
  return data(
    api.PATCH('/api/accounts/{account_id}', {
      params: {
        path: { account_id: account.id },
        header: { 'if-match': `"${account.revision}"` },
      },
      body,
    }),
  );
}

interface Step {
  account: Account;
  change: AccountChange;
  /** What the toast says. */
  said: string;
  /** What takes it back. */
  back?: AccountChange;
}

/** A step of the account's life: paused, resumed, activated, retired. */
export function useStep() {
  return useAction({
    run: ({ account, change }: Step) => patch(account, change),
    done: (_, { said }) => said,
    failed: ({ account }) => `${account.login} was not changed.`,
    undo: ({ back }, changed) => (back ? patch(changed, back) : Promise.resolve()),
    canUndo: ({ back }) => back !== undefined,
    touches,
  });
}

/** For the form, which shows by itself what is refused. */
export function useEdit() {
  return useAction({
    run: ({ account, change }: { account: Account; change: AccountChange }) =>
      patch(account, change),
    done: (_, { account }) => `${account.login} is saved.`,
    failed: 'It was not saved.',
    quiet: true,
    touches,
  });
}

const run = (account: string) => ({ body: { account } });

export function useStartSession() {
  return useAction({
    run: (account: Account) => data(api.POST('/start_session', run(account.account_no))),
    done: (_, { login }) => `A session of ${login} begins.`,
    failed: ({ login }) => `No session of ${login} was started.`,
    touches: ['sessions', 'accounts'],
  });
}

export function useStopSession() {
  return useAction({
    run: (account: Account) => data(api.POST('/stop_session', run(account.account_no))),
    done: (_, { login }) => `The session of ${login} has ended.`,
    failed: ({ login }) => `The session of ${login} was not stopped.`,
    undo: (account) => data(api.POST('/start_session', run(account.account_no))),
    touches: ['sessions', 'accounts'],
  });
}
