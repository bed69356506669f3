import { queryOptions } from '@tanstack/react-query';

import { api, data, type Model } from '@/lib/api';
import { useAction } from '@/lib/useAction';

export type Network = Model<'NetworkRead'>;
export type Capability = Model<'CapabilityRead'>;
export type Grant = Model<'GrantRead'>;
export type NetworkName = Network['name'];

export const networksQuery = () =>
  queryOptions({
    queryKey: ['networks', 'list'],
    queryFn: ({ signal }) => data(api.GET('/api/networks', { signal })),
  });

export const grantsQuery = (name: NetworkName) =>
  queryOptions({
    queryKey: ['networks', 'grants', name],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/networks/{name}/grants', {
          params: { path: { name }, query: { limit: 200 } },
          signal,
        }),
      ),
  });

const touches = ['networks', 'accounts', 'audit', 'health', 'me'];
const at = (name: NetworkName) => ({ path: { name } });

/** For the form, which shows by itself what is refused. */
export function useConnect(network: Network) {
  return useAction({
    run: (body: Model<'ConnectWanted'>) =>
      data(api.POST('/api/networks/{name}/connect', { params: at(network.name), body })),
    done: ({ title }) => `${title} is connected.`,
    failed: `${network.title} was not connected.`,
    quiet: true,
    touches,
  });
}

export function useDisconnect(network: Network) {
  return useAction({
    run: (reason: string) =>
      data(
        api.POST('/api/networks/{name}/disconnect', {
          params: at(network.name),
          body: { reason },
        }),
      ),
    done: ({ title }) => `${title} is called no more.`,
    failed: `${network.title} was not disconnected.`,
    touches,
  });
}

interface Tokens {
  accountId: number;
  access: string;
  refresh: string;
}

/** For the form. What was typed is not kept anywhere in the page. */
export function useAuthorise(name: NetworkName) {
  return useAction({
    run: ({ accountId, access, refresh }: Tokens) =>
      data(
        api.PUT('/api/networks/{name}/grants/{account_id}', {
          params: { path: { name, account_id: accountId } },
          body: { access_token: access || null, refresh_token: refresh || null, scope: '' },
        }),
      ),
    done: ({ login }) => `${login} is authorised.`,
    failed: 'It was not authorised.',
    quiet: true,
    touches,
  });
}

/** A link for the owner of an account. It is good for some minutes, so it is kept nowhere. */
export function useInvite(name: NetworkName) {
  return useAction({
    run: (accountId: number) =>
      data(
        api.GET('/api/networks/{name}/grants/{account_id}/invitation', {
          params: { path: { name, account_id: accountId } },
        }),
      ),
    done: () => null,
    failed: 'No link was made.',
    touches: [],
  });
}

/** For the form: what the browser was led back with is worth the tokens. */
export function useComplete(name: NetworkName) {
  return useAction({
    run: (address: string) =>
      data(
        api.POST('/api/networks/{name}/grants/complete', {
          params: { path: { name } },
          body: { address },
        }),
      ),
    done: ({ login }) => `${login} is authorised.`,
    failed: 'It was not authorised.',
    quiet: true,
    touches,
  });
}

export function useWithdraw(name: NetworkName) {
  return useAction({
    run: ({ account_id }: Grant) =>
      data(
        api.DELETE('/api/networks/{name}/grants/{account_id}', {
          params: { path: { name, account_id } },
        }),
      ),
    done: (_, { login }) => `The tokens of ${login} are forgotten.`,
    failed: ({ login }) => `The tokens of ${login} are still kept.`,
    touches,
  });
}
