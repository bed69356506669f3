import { useQueryClient } from '@tanstack/react-query';

import { api, data, type EngagementSession } from '@/lib/api';
import { useAction } from '@/lib/useAction';
import { sessionQuery } from './queries';

type Named = Pick<EngagementSession, 'account'>;

const touches = ['sessions', 'accounts', 'metrics', 'states'];
const start = ({ account }: Named) => data(api.POST('/start_session', { body: { account } }));

/** The dialog shows a refusal itself, beside the account that it is about. */
export function useStartSession({ quiet = false }: { quiet?: boolean } = {}) {
  return useAction({
    run: start,
    done: (_, { account }) => `The session of ${account} is starting.`,
    failed: ({ account }) => `The session of ${account} was not started.`,
    touches,
    quiet,
  });
}

/** Answers once the session's processes are gone, which takes seconds: `stopping` shows in between. */
export function useStopSession() {
  const client = useQueryClient();
  return useAction({
    run: (session: EngagementSession) => {
      // What it was is kept, so that its place can show how it ends.
      client.setQueryData(sessionQuery(session.id).queryKey, session);
      return data(api.POST('/stop_session', { body: { account: session.account } }));
    },
    done: (_, { account }) => `The session of ${account} has ended.`,
    failed: ({ account }) => `The session of ${account} was not stopped.`,
    undo: start,
    touches,
  });
}
