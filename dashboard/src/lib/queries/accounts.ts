import { queryOptions } from '@tanstack/react-query';

import { api, data } from '../api';

/** A few accounts by what was typed of login, number or address: for pickers. */
export const accountSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ['accounts', 'search', search],
    queryFn: ({ signal }) =>
      data(api.GET('/api/accounts', { params: { query: { search, limit: 8 } }, signal })),
  });

export const accountQuery = (id: number) =>
  queryOptions({
    queryKey: ['accounts', 'one', id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/accounts/{account_id}', { params: { path: { account_id: id } }, signal })),
  });
