import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import { parseAsString, useQueryState } from 'nuqs';
import { lazy, type PropsWithChildren, Suspense } from 'react';

import { TabbedPage } from '@/components/TabbedPage';
import { useCan } from '@/lib/queries/me';

const CreateDialog = lazy(() => import('./create/CreateDialog'));

const VIEWS = [
  { path: '', label: 'Tasks' },
  { path: 'batches', label: 'Batches' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
}

/** What both lists have in common: the tabs, and what puts work into the queue. */
export function TasksFrame({ tab, children }: FrameProps) {
  const { isOpen, type, close } = useCreating();
  return (
    <TabbedPage title="Tasks" at="/tasks" views={VIEWS} view={tab} actions={<CreateButton />}>
      {children}
      <Suspense fallback={null}>{isOpen && <CreateDialog first={type} onClose={close} />}</Suspense>
    </TabbedPage>
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
