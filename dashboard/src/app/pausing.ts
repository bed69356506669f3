import { useQuery } from '@tanstack/react-query';

import { api, data, type Pause } from '@/lib/api';
import { useCan } from '@/lib/queries/me';
import { pausesQuery } from '@/lib/queries/pauses';
import { useAction } from '@/lib/useAction';

/** The pause of everything, or null while the fleet may work. */
export function useFleetPause(): Pause | null {
  const pauses = useQuery({ ...pausesQuery(), enabled: useCan('sessions:read') });
  return pauses.data?.items.find((pause) => pause.scope === 'fleet') ?? null;
}

const pause = (reason: string) =>
  data(
    api.POST('/api/pause', {
      body: { scope: 'fleet', reason: reason || 'Paused in the dashboard' },
    }),
  );
const resume = () =>
  data(api.POST('/api/resume', { body: { scope: 'fleet', reason: 'Resumed in the dashboard' } }));
const touches = ['pauses', 'accounts', 'sessions', 'metrics'];

export function usePauseFleet() {
  return useAction({
    run: pause,
    done: () => 'The fleet is paused. No account begins anything new.',
    failed: 'The fleet was not paused.',
    undo: resume,
    touches,
  });
}

export function useResumeFleet() {
  return useAction({
    run: (_reason: string) => resume(),
    done: () => 'The fleet works again.',
    failed: 'The fleet is still paused.',
    undo: (reason) => pause(reason),
    touches,
  });
}
