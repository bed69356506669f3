import Box from '@mui/material/Box';
import { type PropsWithChildren, type ReactNode, useEffect } from 'react';

import { useArrival } from '@/lib/arrival';
import { PageHeader } from './PageHeader';

interface PageProps extends PropsWithChildren {
  title: string;
  /** One line under the title: what this list is, or how much of it there is. */
  about?: ReactNode;
  actions?: ReactNode;
  /** The way back of a detail page. */
  parent?: { title: string; to: string };
  /** The page fills the window and scrolls inside, as one with a grid does. */
  fill?: boolean;
}

/** Every page: its title in the tab and on top, then what it is about, shown once its first data is there. */
export function Page({ title, about, actions, parent, fill = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Retinue`;
  }, [title]);
  const hasArrived = useArrival();
  return (
    <Box
      aria-busy={!hasArrived}
      sx={{
        p: { xs: 1.5, sm: 2.5 },
        display: 'flex',
        flexDirection: 'column',
        gap: 1.5,
        minWidth: 0,
        ...(fill && {
          height: { sm: '100%' },
          minHeight: { sm: 420 },
          // Only the grid gives way, by a rule of its own.
          '& > *': { flexShrink: 0 },
        }),
        '& > header ~ *': hasArrived ? undefined : { visibility: 'hidden' },
      }}
    >
      <PageHeader title={title} about={about} actions={actions} parent={parent} />
      {children}
    </Box>
  );
}
