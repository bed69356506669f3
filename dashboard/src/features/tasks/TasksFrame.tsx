import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { parseAsString, useQueryState } from 'nuqs';
import type { PropsWithChildren, ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';

import { Page } from '@/components/Page';
import { useCan } from '@/lib/queries/me';
import { CreateDialog } from './create/CreateDialog';

const TABS = [
  { path: '', label: 'Tasks' },
  { path: 'batches', label: 'Batches' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof TABS)[number]['path'];
  actions?: ReactNode;
}

/** What both lists have in common: the tabs, and what puts work into the queue. */
export function TasksFrame({ tab, actions, children }: FrameProps) {
  const { isOpen, type, close } = useCreating();
  return (
    <Page
      title="Tasks"
      fill
      actions={
        <>
          {actions}
          <CreateButton />
        </>
      }
    >
      <Box sx={{ borderBottom: 1, borderColor: 'divider', flexShrink: 0, minWidth: 0 }}>
        <Tabs value={tab} variant="scrollable" scrollButtons={false} aria-label="Views">
          {TABS.map(({ path, label }) => (
            <Tab
              key={path}
              value={path}
              component={RouterLink}
              to={`/tasks/${path}`.replace(/\/$/, '')}
              label={label}
            />
          ))}
        </Tabs>
      </Box>
      {children}
      <CreateDialog open={isOpen} first={type} onClose={close} />
    </Page>
  );
}

/** Other pages lead to the form by `?create=` and a type, or nothing. */
function useCreating() {
  const [wanted, setWanted] = useQueryState('create', parseAsString);
  return {
    isOpen: wanted !== null,
    type: wanted === '' ? null : wanted,
    open: () => void setWanted(''),
    close: () => void setWanted(null),
  };
}

export function CreateButton({ label = 'Create tasks' }: { label?: string }) {
  const { open } = useCreating();
  if (!useCan('tasks:write')) return null;
  return (
    <Button variant="contained" startIcon={<Add />} onClick={open}>
      {label}
    </Button>
  );
}
