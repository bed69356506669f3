import { queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import { useAction } from '@/lib/useAction';
import type { Changes } from './draft';

export type RuntimeSettings = Model<'RuntimeSettings'>;

export const settingsQuery = () =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: ({ signal }) => data(api.GET('/api/settings', { signal })),
  });

export interface Save {
  changes: Changes;
  /** What puts back the values of before. */
  back: Changes;
  count: number;
}

/** Refusals are for the form, which shows them at the fields that they name. */
export function useSaveSettings() {
  return useAction({
    run: ({ changes }: Save) => data(api.PUT('/api/settings', { body: changes })),
    done: (saved, { count }) =>
      `${count === 1 ? 'One setting is' : `${count} settings are`} changed, as version ${saved.version}. In force at once.`,
    failed: 'The settings were not changed.',
    undo: ({ back }) => data(api.PUT('/api/settings', { body: back })),
    touches: ['settings', 'audit', 'metrics'],
    quiet: true,
  });
}
