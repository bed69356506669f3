import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useQuery } from '@tanstack/react-query';
import type { PropsWithChildren, ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';

import { Page } from '@/components/Page';
import { count } from '@/lib/numbers';
import { metricsQuery } from '@/lib/queries/metrics';

const TABS = [
  { path: '', label: 'Log' },
  { path: 'unknown', label: 'Unknown' },
  { path: 'sources', label: 'Sources' },
  { path: 'do-not-contact', label: 'Do not contact' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof TABS)[number]['path'];
  actions?: ReactNode;
}

/** What the four views of what was done have in common. Each has an address of its own. */
export function InteractionsFrame({ tab, actions, children }: FrameProps) {
  const metrics = useQuery({ ...metricsQuery(), meta: { isAside: true } });
  const open = metrics.data?.open_unknowns.count ?? 0;
  return (
    <Page title="Interactions" fill actions={actions}>
      <Box sx={{ borderBottom: 1, borderColor: 'divider', flexShrink: 0, minWidth: 0 }}>
        <Tabs value={tab} variant="scrollable" scrollButtons={false} aria-label="Views">
          {TABS.map(({ path, label }) => (
            <Tab
              key={path}
              value={path}
              component={RouterLink}
              to={`/interactions/${path}`.replace(/\/$/, '')}
              label={path === 'unknown' && open > 0 ? `${label} (${count(open)})` : label}
            />
          ))}
        </Tabs>
      </Box>
      {children}
    </Page>
  );
}
