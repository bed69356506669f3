import type { PropsWithChildren, ReactNode } from 'react';

import { TabbedPage } from '@/components/TabbedPage';

const VIEWS = [
  { path: '', label: 'Pipeline' },
  { path: 'bots', label: 'Bots' },
  { path: 'sessions', label: 'Bot sessions' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
  actions?: ReactNode;
}

/** How new accounts are brought up, and who does it. */
export function WarmupFrame({ tab, actions, children }: FrameProps) {
  return (
    <TabbedPage title="Warm-up" at="/warmup" views={VIEWS} view={tab} actions={actions}>
      {children}
    </TabbedPage>
  );
}
