import type { InboxItem, Model, Page, Pause } from '@/lib/api';
import { count, plural, words } from '@/lib/numbers';

export interface Need {
  id: string;
  tone: 'error' | 'warning';
  text: string;
  detail?: string;
  /** Since when, if that is known. */
  since?: string | null;
  to: string;
  /** What one does there. */
  verb: string;
}

interface Known {
  metrics?: Model<'Metrics'>;
  inbox?: Page<InboxItem>;
  health?: Model<'HealthRead'>;
  pauses?: Page<Pause>;
}

/** So many items of the inbox are named; the rest is a number. */
const NAMED = 4;

/** What a person has to do, the gravest first; nothing where all is well. */
export function needsOf({ metrics, inbox, health, pauses }: Known): Need[] {
  return [
    ...(health ? ofHealth(health) : []),
    ...(pauses ? ofPauses(pauses) : []),
    ...(inbox ? ofInbox(inbox) : []),
    ...(metrics ? ofMetrics(metrics) : []),
  ];
}

function ofHealth({ components }: Model<'HealthRead'>): Need[] {
  return components
    .filter(({ state }) => state === 'failed' || state === 'degraded')
    .map(({ name, state, detail }) => ({
      id: `health-${name}`,
      tone: state === 'failed' ? 'error' : 'warning',
      text: `${words(name)} ${state === 'failed' ? 'has failed' : 'is not well'}`,
      detail,
      to: '/health',
      verb: 'See what to do',
    }));
}

function ofPauses({ items }: Page<Pause>): Need[] {
  return items.map(({ scope, name, reason, paused_by, paused_at }) => ({
    id: `pause-${scope}-${name}`,
    tone: 'warning',
    text: scope === 'fleet' ? 'The fleet is paused' : `The action ${name} is paused`,
    detail: `${reason}, by ${paused_by}`,
    since: paused_at,
    to: '/accounts',
    verb: 'Accounts',
  }));
}

function ofInbox({ items, total }: Page<InboxItem>): Need[] {
  const named: Need[] = items.slice(0, NAMED).map((item) => ({
    id: `inbox-${item.id}`,
    tone: item.kind === 'unknown_outcome' || item.kind === 'review' ? 'warning' : 'error',
    text: item.title,
    // Most titles name the account already.
    detail: item.account && !item.title.includes(item.account) ? item.account : undefined,
    since: item.created_at,
    to: `/inbox?open=${item.id}`,
    verb: 'Decide',
  }));
  const rest = (total ?? items.length) - named.length;
  if (rest > 0) {
    named.push({
      id: 'inbox-rest',
      tone: 'warning',
      text: `${count(rest)} more in the inbox`,
      to: '/inbox',
      verb: 'Inbox',
    });
  }
  return named;
}

function ofMetrics({ accounts, open_unknowns: unknowns }: Model<'Metrics'>): Need[] {
  const failing = accounts.by_state.error ?? 0;
  const needs: Need[] = [];
  if (failing > 0) {
    needs.push({
      id: 'accounts-error',
      tone: 'error',
      text: `${plural(failing, 'account')} in error or waiting for a person`,
      detail: `of ${count(accounts.total)}`,
      to: '/states?state=error',
      verb: 'See why',
    });
  }
  if (unknowns.count > 0) {
    needs.push({
      id: 'unknowns',
      tone: 'warning',
      text: `${plural(unknowns.count, 'outcome')} not known yet`,
      detail: 'none is repeated meanwhile',
      since: unknowns.oldest_at,
      to: '/interactions?status=unknown',
      verb: 'Look',
    });
  }
  return needs;
}

/** The one line for when nobody has to do anything. */
export function allIsWell({ metrics, health }: Known): string {
  const parts: string[] = [];
  if (metrics) {
    const { accounts, sessions } = metrics;
    const running = sessions.running + sessions.starting;
    parts.push(plural(accounts.total, 'account'));
    parts.push(
      running === 0 ? 'no session runs' : `${plural(running, 'session runs', 'sessions run')}`,
    );
  }
  if (health) parts.push('every part works');
  return parts.join(', ');
}
