import { queryOptions } from '@tanstack/react-query';

import { type Page, request } from '../api';

/** What needs a person. */
export interface InboxItem {
  id: string;
  kind: string;
  state: 'open' | 'claimed' | 'resolved' | 'expired';
  account_id: number | null;
  account: string | null;
  subject_kind: string | null;
  subject_id: string | null;
  title: string;
  instructions: string | null;
  details: Record<string, unknown> | null;
  choices: { value: string; label: string }[];
  created_at: string;
  due_at: string | null;
  claimed_by: string | null;
  claimed_at: string | null;
  resolved_by: string | null;
  resolved_at: string | null;
  resolution: string | null;
  note: string | null;
}

export interface InboxFilter {
  state?: string | null;
  kind?: string | null;
  account_id?: number | null;
  limit?: number;
  cursor?: string | null;
}

export const inboxQuery = (filter: InboxFilter = {}) =>
  queryOptions({
    queryKey: ['inbox', 'list', filter],
    queryFn: ({ signal }) =>
      request<Page<InboxItem>>('/api/inbox', { query: { ...filter }, signal }),
  });

/** The number beside Inbox in the navigation. */
export const openInboxQuery = () => inboxQuery({ state: 'open', limit: 100 });
