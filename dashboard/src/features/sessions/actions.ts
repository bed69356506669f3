import { api, data, type EngagementSession } from '@/lib/api';
import { useAction } from '@/lib/useAction';

const touches = ['sessions', 'accounts', 'metrics'];
const start = ({ account }: Pick<EngagementSession, 'account'>) =>
  data(api.POST('/start_session', { body: { account } }));

export function useStopSession() {
  return useAction({
    run: ({ account }: Pick<EngagementSession, 'account'>) =>
      data(api.POST('/stop_session', { body: { account } })),
    done: (_, { account }) => `The session of ${account} has ended.`,
    failed: ({ account }) => `The session of ${account} was not stopped.`,
    undo: start,
    touches,
  });
}
