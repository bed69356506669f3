import { queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';

export type Incident = Model<'AlertRead'>;
export type Channel = Model<'ChannelRead'>;
export type Severity = Incident['severity'];

export const alertQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/alerts/{alert_id}', { params: { path: { alert_id: Number(id) } }, signal }),
      ),
    enabled: id !== null,
    // What was sent of it, and whether it arrived, is announced by nothing.
    refetchInterval: 5000,
  });

export const channelsQuery = () =>
  queryOptions({
    queryKey: ['alerts', 'channels'],
    queryFn: ({ signal }) => data(api.GET('/api/alerts/channels', { signal })),
  });
