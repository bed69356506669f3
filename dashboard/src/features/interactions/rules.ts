import type { Model } from '@/lib/api';
import { count, words } from '@/lib/numbers';

type Rule = Model<'RuleRead'>;

const NAMES: Record<string, string> = {
  lease: 'The account is held by this session',
  pause: 'Nothing is paused',
  availability: 'The account may work',
  cooldown: 'No cooldown',
  backoff: 'No backoff',
  target_available: 'The person can be reached',
  do_not_contact: 'Not on the do-not-contact list',
  hourly_limit: 'Limit of the last hour',
  daily_limit: 'Limit of the last 24 hours',
  interval: 'Seconds since the last one',
  'window:account': 'Not engaged by this account before',
  'window:persona': 'Not engaged by this persona before',
  'window:fleet': 'Not engaged by the fleet before',
  min_followers: 'Followers, at least',
  max_followers: 'Followers, at most',
  min_followings: 'Followings, at least',
  max_followings: 'Followings, at most',
};

const REASONS: Record<string, string> = {
  'window:account': 'Engaged before by this account',
  'window:persona': 'Engaged before by this persona',
  'window:fleet': 'Engaged before by the fleet',
  do_not_contact: 'On the do-not-contact list',
  hourly_limit: 'Hourly limit',
  daily_limit: 'Daily limit',
  min_followers: 'Too few followers',
  max_followers: 'Too many followers',
};

/** A rule as the question that it asks. */
export function ruleQuestion(rule: string): string {
  return NAMES[rule] ?? words(rule.replaceAll(':', ', '));
}

/** A rule as the reason that it gives where it stops something. */
export function ruleName(rule: string): string {
  return REASONS[rule] ?? words(rule.replaceAll(':', ', '));
}

/** Whose value is used up towards the threshold. */
const LIMITS = new Set(['hourly_limit', 'daily_limit']);

/** `46 of 60`, `12.5, threshold 4`; nothing for a rule that has neither. */
export function measured({ rule, value, threshold }: Rule): string {
  // The fence says nothing to a reader.
  if (rule === 'lease') return '';
  const seen = shown(value);
  const asked = shown(threshold);
  if (seen === '' && asked === '') return '';
  if (asked === '' || seen === '') return seen + asked;
  if (LIMITS.has(rule)) return `${seen} of ${asked}`;
  return `${seen}, threshold ${asked}`;
}

const ISO = /^\d{4}-\d{2}-\d{2}T/;

export function isMoment(value: unknown): value is string {
  return typeof value === 'string' && ISO.test(value);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') {
    return Number.isInteger(value) ? count(value) : value.toFixed(1);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
