import { queryOptions, useQuery } from '@tanstack/react-query';

import { api, data, type Me, type Scope } from '../api';
import { rememberCsrfToken } from '../api/client';

export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: async ({ signal }): Promise<Me> => {
      const me = await data(api.GET('/api/me', { signal }));
      rememberCsrfToken(me.csrf_token);
      return me;
    },
    staleTime: 60_000,
  });

/** Who is looking, or undefined before that is known. */
export function useMe(): Me | undefined {
  return useQuery({ ...meQuery(), enabled: false }).data;
}

/** Whether the one who looks may do something; what is not allowed is not shown. */
export function useCan(scope: Scope): boolean {
  return useMe()?.scopes.includes(scope) ?? false;
}
