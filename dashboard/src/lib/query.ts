import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

import { ApiError } from './api';

/** One client for the page; `makeQueryClient` exists for tests. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => onError(error, query.queryKey[0]) }),
    mutationCache: new MutationCache({ onError: (error) => onError(error) }),
    defaultOptions: {
      queries: {
        // The live connection says what has changed; this is for the time without it.
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.isPassing,
        retryDelay: (attempt, error) =>
          error instanceof ApiError && error.retryAfter !== null
            ? error.retryAfter * 1000
            : 500 * 2 ** attempt,
      },
      mutations: { retry: false },
    },
  });

  /** Whoever is told that it is not logged in asks who it is; the gate does the rest. */
  function onError(error: Error, resource?: unknown): void {
    if (error instanceof ApiError && error.status === 401 && resource !== 'me') {
      void client.invalidateQueries({ queryKey: ['me'] });
    }
  }
  return client;
}
