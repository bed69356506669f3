import type { PropsWithChildren, ReactNode } from 'react';

import { TabbedPage } from '@/components/TabbedPage';

const VIEWS = [
  { path: '', label: 'Alerts' },
  { path: 'channels', label: 'Channels' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
  actions?: ReactNode;
}

/** What is wrong, and who is told of it. */
export function AlertsFrame({ tab, actions, children }: FrameProps) {
  return (
    <TabbedPage title="Alerts" at="/alerts" views={VIEWS} view={tab} actions={actions}>
      {children}
    </TabbedPage>
  );
}
