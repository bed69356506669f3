import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useNavigation } from 'react-router';

import { usePreference } from '@/lib/preferences';
import { loadWhenIdle } from './pages';
import { PauseBanner } from './PauseBanner';
import { SideNav } from './SideNav';
import { TopBar } from './TopBar';
import { useShortcuts } from './useShortcuts';

const Palette = lazy(() => import('./Palette'));
const ShortcutHelp = lazy(() => import('./ShortcutHelp'));

export type Overlay = 'palette' | 'help' | null;

export function Shell() {
  const [overlay, setOverlay] = useState<Overlay>(null);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [isNarrow, setNarrow] = usePreference('nav.narrow', false);
  const navigation = useNavigation();
  useShortcuts(setOverlay);
  useEffect(loadWhenIdle, []);
  const close = () => setOverlay(null);
  return (
    <Box sx={{ display: 'flex', height: '100dvh', overflow: 'hidden' }}>
      <SkipLink />
      <SideNav
        isNarrow={isNarrow}
        onNarrow={setNarrow}
        isDrawerOpen={isDrawerOpen}
        onCloseDrawer={() => setDrawerOpen(false)}
      />
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <TopBar onMenu={() => setDrawerOpen(true)} onOverlay={setOverlay} />
        <PauseBanner />
        <Box sx={{ position: 'relative' }}>
          {navigation.state === 'loading' && (
            <LinearProgress
              aria-label="Loading the page"
              sx={{ position: 'absolute', inset: '0 0 auto', height: 2 }}
            />
          )}
        </Box>
        <Box
          component="main"
          id="main"
          tabIndex={-1}
          sx={{ flex: 1, minHeight: 0, overflow: 'auto', outline: 0 }}
        >
          <Outlet />
        </Box>
      </Box>
      <Suspense>
        {overlay === 'palette' && <Palette onClose={close} onHelp={() => setOverlay('help')} />}
        {overlay === 'help' && <ShortcutHelp onClose={close} />}
      </Suspense>
    </Box>
  );
}

function SkipLink() {
  return (
    <Box
      component="a"
      href="#main"
      onClick={(event) => {
        // An address with # would be one of the server's: the base of this page is not its path.
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
      sx={{
        position: 'absolute',
        left: -9999,
        zIndex: 2000,
        '&:focus': {
          left: 8,
          top: 8,
          px: 2,
          py: 1,
          bgcolor: 'background.raised',
          border: 1,
          borderRadius: 1,
        },
      }}
    >
      Skip to the page
    </Box>
  );
}
