import { useQuery } from '@tanstack/react-query';
import type { PropsWithChildren, ReactNode } from 'react';

import { TabbedPage } from '@/components/TabbedPage';
import { count } from '@/lib/numbers';
import { metricsQuery } from '@/lib/queries/metrics';

const VIEWS = [
  { path: '', label: 'Log' },
  { path: 'unknown', label: 'Unknown' },
  { path: 'sources', label: 'Sources' },
  { path: 'do-not-contact', label: 'Do not contact' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
  actions?: ReactNode;
}

/** What the four views of what was done have in common. */
export function InteractionsFrame({ tab, actions, children }: FrameProps) {
  const metrics = useQuery({ ...metricsQuery(), meta: { isAside: true } });
  const open = metrics.data?.open_unknowns.count ?? 0;
  const views = VIEWS.map(({ path, label }) => ({
    path,
    label: path === 'unknown' && open > 0 ? `${label} (${count(open)})` : label,
  }));
  return (
    <TabbedPage title="Interactions" at="/interactions" views={views} view={tab} actions={actions}>
      {children}
    </TabbedPage>
  );
}
