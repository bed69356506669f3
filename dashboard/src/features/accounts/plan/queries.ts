import { queryOptions } from '@tanstack/react-query';

import { type Account, api, data, type Model } from '@/lib/api';
import { useAction } from '@/lib/useAction';

export type Plan = Model<'PlanRead'>;
export type Finding = Model<'FindingRead'>;

const at = ({ account_no }: Account) => ({ path: { account: account_no } });

export const planQuery = (account: Account) =>
  queryOptions({
    queryKey: ['plans', 'one', account.id],
    queryFn: ({ signal }) =>
      data(api.GET('/account_config/{account}', { params: at(account), signal })),
  });

export const versionsQuery = (account: Account) =>
  queryOptions({
    queryKey: ['plans', 'versions', account.id],
    queryFn: ({ signal }) =>
      data(api.GET('/account_config/{account}/versions', { params: at(account), signal })),
  });

export const versionQuery = (account: Account, version: number) =>
  queryOptions({
    queryKey: ['plans', 'version', account.id, version],
    queryFn: ({ signal }) =>
      data(
        api.GET('/account_config/{account}/versions/{version}', {
          params: { path: { ...at(account).path, version } },
          signal,
        }),
      ),
  });

/** What the server's linter says of a text; nothing is saved. */
export const lintQuery = (account: Account, text: string) =>
  queryOptions({
    queryKey: ['plans', 'lint', account.id, text],
    queryFn: ({ signal }) =>
      data(
        api.PUT('/account_config/{account}', {
          params: at(account),
          body: { text, dry_run: true },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });

const touches = ['plans', 'audit'];

export function useSavePlan(account: Account) {
  return useAction({
    run: ({ text, version }: { text: string; version: number }) =>
      data(
        api.PUT('/account_config/{account}', {
          params: at(account),
          body: { text, if_version: version, dry_run: false },
        }),
      ),
    done: ({ version }) => `Version ${version} of the configuration is in force.`,
    failed: 'The configuration was not saved.',
    undo: ({ version }) => data(restoring(account, version)),
    canUndo: ({ version }) => version > 0,
    touches,
  });
}

export function useRestore(account: Account) {
  return useAction({
    run: ({ version }: { version: number }) => data(restoring(account, version)),
    done: (_, { version }) => `Version ${version} is in force again.`,
    failed: 'It was not restored.',
    touches,
  });
}

function restoring(account: Account, version: number) {
  return api.POST('/account_config/{account}/restore', { params: at(account), body: { version } });
}
