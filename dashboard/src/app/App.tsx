import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';

import { Toasts } from '@/components/Toasts';
import { nonce } from '@/lib/nonce';
import { makeQueryClient } from '@/lib/query';
import { theme } from '@/theme/theme';
import { router } from './router';

const styles = createCache({ key: 'rt', nonce });
const queryClient = makeQueryClient();

export function App() {
  return (
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="retinue.mode">
        <CssBaseline />
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <Toasts />
        </QueryClientProvider>
      </ThemeProvider>
    </CacheProvider>
  );
}
