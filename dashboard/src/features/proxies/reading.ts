import { count } from '@/lib/numbers';
import type { Check, Proxy } from './queries';

/** `scheme://host:port`, with brackets around an address that has colons itself. */
export function addressOf({ scheme, host, port }: Pick<Proxy, 'scheme' | 'host' | 'port'>): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export const nameOf = (proxy: Pick<Proxy, 'name' | 'scheme' | 'host' | 'port'>) =>
  proxy.name ?? addressOf(proxy);

/** `3 of 5`, or `3` where there is room for any number. */
export function boundOf({ accounts, max_accounts: most }: Proxy): string {
  return most === null ? count(accounts) : `${count(accounts)} of ${count(most)}`;
}

/** Milliseconds of the checks that worked, the oldest first, as a line is drawn. */
export function courseOf(checks: readonly Check[]): number[] {
  return checks
    .filter(({ ok, milliseconds }) => ok && milliseconds !== null)
    .map(({ milliseconds }) => milliseconds ?? 0)
    .reverse();
}

/** How many of the checks worked, as a share; null where there are none. */
export function shareUp(checks: readonly Check[]): number | null {
  return checks.length === 0 ? null : checks.filter(({ ok }) => ok).length / checks.length;
}
