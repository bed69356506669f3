import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import { NuqsAdapter } from 'nuqs/adapters/react-router/v7';
import type { ReactNode } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';

import { Toasts } from '@/components/Toasts';
import type { Me, Scope } from '@/lib/api';
import { makeQueryClient } from '@/lib/query';
import { theme } from '@/theme/theme';
import { type Answers, type Asked, serve } from './api';

interface Options {
  /** The address of the page, with the state of its list. */
  path?: string;
  api?: Answers;
  /** What the one who looks may do; everything unless given. */
  scopes?: Scope[];
}

const ALL: Scope[] = [
  'own',
  'accounts:read',
  'accounts:write',
  'sessions:read',
  'sessions:control',
  'interactions:read',
  'interactions:write',
  'inbox:read',
  'inbox:write',
  'settings:read',
  'settings:write',
  'access:read',
  'access:write',
  'audit:read',
  'health:read',
];

export interface Rendered extends RenderResult {
  asked: Asked[];
  router: ReturnType<typeof createBrowserRouter>;
}

/** A page or a part of one as the product has it around it, against canned answers. */
export function renderPage(
  page: ReactNode,
  { path = '/', api = {}, scopes = ALL }: Options = {},
): Rendered {
  const asked = serve(api);
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  const me: Me = {
    kind: 'local',
    name: 'local operator',
    role: 'admin',
    scopes,
    account_ids: null,
    demo: true,
  };
  client.setQueryData(['me'], me);
  // The state of a list is read from the address itself, so a test has to have one.
  history.replaceState(null, '', path);
  const router = createBrowserRouter([{ path: '*', element: <NuqsAdapter>{page}</NuqsAdapter> }]);
  const rendered = render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </ThemeProvider>,
  );
  return Object.assign(rendered, { asked, router });
}
