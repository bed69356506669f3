import { plural, words } from '@/lib/numbers';
import { duration } from '@/lib/time';
import { ACTIONS, curvePoints, type Draft } from './draft';

const AMONG = {
  account: 'the same account does not',
  persona: 'no account of the same persona does',
  fleet: 'no account of the fleet does',
};

/** What the settings mean, in words, as they stand in the form. */
export function summaryOf(draft: Draft): string[] {
  const own = ACTIONS.filter((action) => draft.days_by_action[action].trim() !== '').map(
    (action) => `${words(action).toLowerCase()} ${days(draft.days_by_action[action])}`,
  );
  const steps = draft.rate_limit_steps.split(/[\s,;]+/).filter((part) => part !== '');
  const { follow, like } = draft.limits;
  return [
    `Once a person has been engaged, ${AMONG[draft.dedup_scope]} engage them again for ${days(draft.reengagement_days)}` +
      (own.length > 0 ? ` (${own.join(', ')}).` : '.'),
    `When a network says "slow down", an account waits ${steps.map(seconds).join(', then ')}, give or take a quarter. ` +
      `The ${ordinal(draft.cooldown_after_consecutive)} time in a row it rests for ${minutes(draft.cooldown_minutes)} and then tries one act.`,
    `An account follows at most ${draft.limits.follow.per_hour} people an hour and ${follow.per_day} a day, ${seconds(follow.seconds_apart)} apart, ` +
      `and gives ${like.per_hour} likes an hour and ${like.per_day} a day. Acts whose outcome is unknown count.`,
    ramped(draft),
    draft.engage_before_warm_up
      ? 'Accounts that are ready may engage before their warm-up is done.'
      : 'Accounts engage only once their warm-up is done or somebody has activated them.',
  ];
}

/** The example is the number of likes a day. */
function ramped({ ramp, limits }: Draft): string {
  const points = curvePoints(ramp.curve);
  const [first, last] = [points[0], points.at(-1)];
  if (!ramp.enabled || first === undefined || last === undefined) {
    return 'A young account has its whole limits from its first day.';
  }
  const cap = Number(limits.like.per_day);
  const share = (value: number | string) => `${Math.round(Number(value) * 100)} %`;
  const example = Math.max(Math.min(cap, 1), Math.round(cap * Number(first.share)));
  return (
    `${ramp.all_accounts ? 'A young account' : 'An account that comes out of its warm-up'} begins with ${share(first.share)} of its limits ` +
    `(${Number.isFinite(example) ? example : '?'} of ${limits.like.per_day} likes a day) and has ${share(last.share)} from day ${last.day} on; ` +
    `for ${ramp.trouble_hours} hours after a network said stop it has ${ramp.trouble_share} % of that.`
  );
}

function days(text: string): string {
  return Number.isFinite(Number(text)) ? plural(Number(text), 'day') : `${text} days`;
}

function seconds(text: string): string {
  return Number.isFinite(Number(text)) ? duration(Number(text)) : text;
}

function minutes(text: string): string {
  return Number.isFinite(Number(text)) ? duration(Number(text) * 60) : text;
}

function ordinal(text: string): string {
  const known: Record<string, string> = {
    1: 'first',
    2: 'second',
    3: 'third',
    4: 'fourth',
    5: 'fifth',
  };
  return known[text.trim()] ?? `${text}th`;
}
