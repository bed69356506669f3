import type { PropsWithChildren, ReactNode } from 'react';

import { TabbedPage } from '@/components/TabbedPage';

const VIEWS = [
  { path: '', label: 'Proxies' },
  { path: 'pools', label: 'Pools' },
  { path: 'changes', label: 'Changes' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
  actions?: ReactNode;
}

/** The ways out: how they are, which stand in for each other, and who is moved. */
export function ProxiesFrame({ tab, actions, children }: FrameProps) {
  return (
    <TabbedPage title="Proxies" at="/proxies" views={VIEWS} view={tab} actions={actions}>
      {children}
    </TabbedPage>
  );
}
