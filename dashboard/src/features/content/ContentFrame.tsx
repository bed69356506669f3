import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import { parseAsString, useQueryState } from 'nuqs';
import type { PropsWithChildren, ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';

import { TabbedPage } from '@/components/TabbedPage';
import { useCan } from '@/lib/queries/me';

const VIEWS = [
  { path: '', label: 'Pictures' },
  { path: 'texts', label: 'Texts' },
  { path: 'forecast', label: 'Forecast' },
  { path: 'personas', label: 'Personas' },
  { path: 'report', label: 'Report' },
] as const;

interface FrameProps extends PropsWithChildren {
  tab: (typeof VIEWS)[number]['path'];
  /** What begins something here; adding pictures unless given. */
  actions?: ReactNode;
}

/** What accounts are given to publish: the pools, how long they last, and what came of it. */
export function ContentFrame({ tab, actions, children }: FrameProps) {
  return (
    <TabbedPage
      title="Content"
      at="/content"
      views={VIEWS}
      view={tab}
      actions={actions ?? <AddButtons />}
    >
      {children}
    </TabbedPage>
  );
}

/** One after the other, or many in an archive; for the persona that is looked at. */
export function AddButtons({ label = 'Add pictures' }: { label?: string }) {
  const [persona] = useQueryState('persona', parseAsString);
  if (!useCan('content:write')) return null;
  const whose = persona === null ? '' : `?persona=${persona}`;
  return (
    <>
      <Button component={RouterLink} to={`/content/upload${whose}`} variant="outlined">
        Upload an archive
      </Button>
      <Button
        component={RouterLink}
        to={`/content/add${whose}`}
        variant="contained"
        startIcon={<Add />}
      >
        {label}
      </Button>
    </>
  );
}
