import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import { parseAsString, useQueryState } from 'nuqs';
import { lazy, type PropsWithChildren, Suspense } from 'react';

import { TabbedPage } from '@/components/TabbedPage';
import { useCan } from '@/lib/queries/me';

const CreateDialog = lazy(() => import('./CreateDialog'));

const VIEWS = [
  { path: '', label: 'Monitors' },
  { path: 'compare', label: 'Compare' },
  { path: 'sources', label: 'Sources and spend' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
}

/** What the three views have in common: the tabs, and what begins to watch somebody. */
export function MonitorsFrame({ tab, children }: FrameProps) {
  const [wanted, setWanted] = useCreating();
  return (
    <TabbedPage
      title="Monitors"
      at="/monitors"
      views={VIEWS}
      view={tab}
      actions={<CreateButton isLoud />}
    >
      {children}
      <Suspense fallback={null}>
        {wanted !== null && <CreateDialog first={wanted} onClose={() => void setWanted(null)} />}
      </Suspense>
    </TabbedPage>
  );
}

/** Other pages lead to the form by `?create=` and a handle, or nothing. */
const useCreating = () => useQueryState('create', parseAsString);

interface CreateButtonProps {
  label?: string;
  isLoud?: boolean;
}

export function CreateButton({ label = 'Watch', isLoud = false }: CreateButtonProps) {
  const [, setWanted] = useCreating();
  if (!useCan('monitors:write')) return null;
  return (
    <Button
      variant={isLoud ? 'contained' : 'outlined'}
      startIcon={<Add />}
      onClick={() => void setWanted('')}
    >
      {label}
    </Button>
  );
}
