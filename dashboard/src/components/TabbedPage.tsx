import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import type { PropsWithChildren, ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';

import { Page } from './Page';

export interface View {
  /** Below the address of the page; empty for the first. */
  path: string;
  label: string;
}

interface TabbedPageProps extends PropsWithChildren {
  title: string;
  /** The address that the views stand below: `/tasks`. */
  at: string;
  views: readonly View[];
  /** The path of the one that is shown. */
  view: string;
  actions?: ReactNode;
}

/** A page of several lists about one thing. Each has an address of its own. */
export function TabbedPage({ title, at, views, view, actions, children }: TabbedPageProps) {
  return (
    <Page title={title} fill actions={actions}>
      <Box sx={{ borderBottom: 1, borderColor: 'divider', flexShrink: 0, minWidth: 0 }}>
        <Tabs value={view} variant="scrollable" scrollButtons={false} aria-label="Views">
          {views.map(({ path, label }) => (
            <Tab
              key={path}
              value={path}
              component={RouterLink}
              to={path === '' ? at : `${at}/${path}`}
              label={label}
            />
          ))}
        </Tabs>
      </Box>
      {children}
    </Page>
  );
}
