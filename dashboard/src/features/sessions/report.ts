import type { EngagementSession, Model } from '@/lib/api';

type Event = Model<'SessionEventRead'>;
const EVENTS = 20;

/**
 * What somebody who helps needs to know, as text. It is made of what the page shows, and the server
 * takes secrets out of messages before it stores them, so there is none in it.
 */
export function errorReport(
  session: EngagementSession,
  events: readonly Event[],
  version: string | undefined,
): string {
  const facts: [string, unknown][] = [
    ['Session', session.id],
    ['Account', `${session.account} (${session.account_no}, id ${session.account_id})`],
    ['Status', session.status],
    ['Ended because', session.stop_reason],
    ['Last trouble', session.last_error],
    ['Asked by', session.requested_by],
    ['Agent', session.agent],
    ['Process', session.pid],
    ['Configuration version', session.plan_version],
    ['Retinue', version],
    ['Asked for', session.created_at],
    ['Started', session.started_at],
    ['Last seen', session.heartbeat_at],
    ['Ended', session.ended_at],
    ['Job', session.current_job],
    ['Target', session.current_target],
    ['Progress', `${session.progress} %`],
    ['Counters', JSON.stringify(session.counters)],
  ];
  const lines = facts.map(([name, value]) => `${name}: ${String(value ?? 'none')}`);
  const told = events.slice(0, EVENTS).map(lineOf);
  return [
    'Retinue session report',
    ...lines,
    '',
    `The last ${told.length} events, newest first:`,
    ...(told.length > 0 ? told : ['none']),
    '',
  ].join('\n');
}

function lineOf(event: Event): string {
  const message = event.metadata?.message;
  const parts = [event.ts, event.action, event.status, `@${event.target_username}`, event.reason];
  const attempt = event.attempt_id && `attempt ${event.attempt_id}`;
  return [...parts, attempt, typeof message === 'string' ? message : null]
    .filter((part) => part !== null && part !== '')
    .join('  ');
}
