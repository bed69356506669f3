import { NuqsAdapter } from 'nuqs/adapters/react-router/v7';
import { createBrowserRouter, Navigate, Outlet, type RouteObject } from 'react-router';

import { uiPath } from '@/lib/location';
import { Gate } from './Gate';
import { NotFound } from './NotFound';
import { PAGES } from './pages';
import { RouteError } from './RouteError';

const Blank = () => null;

const pages: RouteObject[] = PAGES.map(({ path, load }) => ({
  path: `${path}/*`,
  lazy: load,
  ErrorBoundary: RouteError,
}));

export const routes: RouteObject[] = [
  {
    Component: Root,
    HydrateFallback: Blank,
    ErrorBoundary: RouteError,
    children: [
      { path: 'setup', lazy: () => import('@/features/entrance/setup') },
      {
        Component: Gate,
        children: [
          { index: true, element: <Navigate to="/overview" replace /> },
          { path: 'welcome/*', lazy: () => import('@/features/welcome/routes') },
          ...pages,
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes, { basename: uiPath });

function Root() {
  return (
    <NuqsAdapter>
      <Outlet />
    </NuqsAdapter>
  );
}
