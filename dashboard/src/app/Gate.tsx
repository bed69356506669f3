import { useQuery } from '@tanstack/react-query';
import Dialog from '@mui/material/Dialog';
import { lazy, Suspense } from 'react';

import { ErrorPanel } from '@/components/ErrorPanel';
import { ApiError } from '@/lib/api';
import { LiveProvider } from '@/lib/live';
import { meQuery } from '@/lib/queries/me';
import { Shell } from './Shell';

const LoginPage = lazy(() => import('@/features/entrance/login'));
const LoginForm = lazy(() => import('@/features/entrance/LoginForm'));

/**
 * Who is looking decides what is shown. A log-in that ends while somebody works asks again in
 * front of the page, so that nothing typed is lost.
 */
export function Gate() {
  const me = useQuery(meQuery());
  const isOut = me.error instanceof ApiError && me.error.status === 401;
  if (me.data === undefined) {
    if (isOut) {
      return (
        <Suspense>
          <LoginPage />
        </Suspense>
      );
    }
    return (
      me.error && (
        <ErrorPanel error={me.error} onRetry={() => void me.refetch()} isRetrying={me.isFetching} />
      )
    );
  }
  return (
    <LiveProvider>
      <Shell />
      <Dialog open={isOut} maxWidth="xs" fullWidth aria-label="Log in again">
        <Suspense>
          <LoginForm title="Your log-in has ended" />
        </Suspense>
      </Dialog>
    </LiveProvider>
  );
}
