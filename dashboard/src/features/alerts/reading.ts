import { words } from '@/lib/numbers';
import type { Incident, Severity } from './queries';

export const KINDS: Incident['kind'][] = [
  'source_down',
  'payment_required',
  'key_refused',
  'budget_spent',
  'anomaly',
  'proxy_down',
];
export const SEVERITIES: Severity[] = ['info', 'warning', 'critical'];
export const STATES: Incident['state'][] = ['open', 'acknowledged', 'resolved'];

const OVER_ONCE: Partial<Record<Incident['kind'], string>> = {
  source_down: 'the source answers again',
  payment_required: 'a reading succeeds, after the balance was filled up',
  key_refused: 'a reading succeeds, after the key was changed',
  budget_spent: 'the month ends, or the budget is raised',
  anomaly: 'the numbers are within their usual range again',
  proxy_down: 'a check gets out through the proxy, or it is removed',
};

/** What has to happen for it to be over; people can say that they have seen it, and no more. */
export const overOnce = ({ kind }: Pick<Incident, 'kind'>): string | null =>
  OVER_ONCE[kind] ?? null;

type Subject = Pick<Incident, 'subject_kind' | 'subject_id'>;

/** Where what it is about can be looked at, or mended. */
export function placeOf({ subject_kind, subject_id }: Subject): string | null {
  if (subject_kind === 'monitor') return `/monitors/${subject_id}`;
  if (subject_kind === 'source' || subject_kind === 'budget') return '/monitors/sources';
  return null;
}

export const aboutOf = ({ subject_kind, subject_id }: Subject): string =>
  `${words(subject_kind)} ${subject_id}`;

/** From this severity on, in words. */
export const fromOn = (severity: Severity): string =>
  severity === 'critical' ? 'Critical only' : severity === 'info' ? 'All' : 'Warnings and critical';
