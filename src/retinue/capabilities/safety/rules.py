"""
Pure decisions: what a failure means, how long to wait, and what is left.

Counts come from the ledger and cover sliding windows of 60 minutes and of 24
hours. A calendar day would allow two days' worth around midnight, and would be
an hour short or long twice a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.safety.schemas import (
    BROKEN,
    Age,
    LimitSeen,
    LimitsInForce,
    PlanLimits,
    RampStep,
    Reaction,
    SafetyVerdict,
    ShownState,
    Standing,
    Use,
    Waits,
)
from retinue.capabilities.settings.schemas import ActionLimit, RampPoint, RampSettings
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.randomness import Random

JITTER = 0.25
LONGEST_RETRY_AFTER = timedelta(hours=24)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
RECENT_ERROR = timedelta(hours=1)
CLOSED = frozenset({Health.locked, Health.suspended, Health.needs_human})
"""What only the network's own word, or a person, ends."""

_VERDICTS = {
    FailureClass.transient: SafetyVerdict(Reaction.note),
    FailureClass.rate_limit: SafetyVerdict(Reaction.back_off),
    FailureClass.daily_cap: SafetyVerdict(Reaction.cool_down),
    FailureClass.action_block: SafetyVerdict(Reaction.stop_account, Health.needs_human),
    FailureClass.account_locked: SafetyVerdict(Reaction.stop_account, Health.locked),
    FailureClass.account_suspended: SafetyVerdict(Reaction.stop_account, Health.suspended),
    FailureClass.auth_expired: SafetyVerdict(Reaction.stop_account, Health.error),
    FailureClass.challenge: SafetyVerdict(Reaction.stop_account, Health.needs_human),
    FailureClass.permission: SafetyVerdict(Reaction.stop_account, Health.error),
    FailureClass.plan_or_billing: SafetyVerdict(Reaction.stop_account, Health.error),
    FailureClass.duplicate: SafetyVerdict(Reaction.skip_target),
    FailureClass.already_done: SafetyVerdict(Reaction.skip_target),
    FailureClass.not_found: SafetyVerdict(Reaction.skip_target, is_target_gone=True),
    FailureClass.no_content: SafetyVerdict(Reaction.skip_target),
    FailureClass.target_private: SafetyVerdict(Reaction.skip_target),
    FailureClass.invalid_input: SafetyVerdict(Reaction.note),
    FailureClass.media: SafetyVerdict(Reaction.note),
    FailureClass.unknown: SafetyVerdict(Reaction.note),
}


def verdict_on(failure: FailureClass, *, phase: CallPhase) -> SafetyVerdict:
    """
    What one failure asks for.

    Only an answer can change an account's health or tell that a person is gone:
    a connection that breaks says nothing about either.
    """
    verdict = _VERDICTS[failure]
    if phase is not CallPhase.answered and (verdict.health or verdict.is_target_gone):
        return SafetyVerdict(Reaction.note)
    return verdict


def at(standing: Standing, now: datetime) -> Standing:
    """The standing as it is by now: a cooldown ends by itself and resets the steps."""
    if standing.cooldown_until is not None:
        if standing.cooldown_until > now:
            return standing
        return Standing(is_probing=True)
    if standing.backoff_until is not None and standing.backoff_until <= now:
        return replace(standing, backoff_until=None)
    return standing


def after_rate_limit(
    standing: Standing, waits: Waits, *, retry_after: float | None, now: datetime, rng: Random
) -> Standing:
    """
    One rate limit more. The network's own `retry_after` (seconds) can only make the wait longer.

    A result that comes in while the cooldown runs changes nothing but its end.
    """
    standing = at(standing, now)
    asked = now + min(timedelta(seconds=max(0.0, retry_after or 0.0)), LONGEST_RETRY_AFTER)
    if standing.cooldown_until is not None:
        return replace(standing, cooldown_until=max(standing.cooldown_until, asked))
    consecutive = standing.consecutive + 1
    if standing.is_probing or consecutive >= waits.threshold:
        return cooled_down(consecutive, until=max(now + waits.cooldown, asked))
    wait = timedelta(seconds=backoff(consecutive, waits.steps, rng))
    return Standing(consecutive=consecutive, backoff_until=max(now + wait, asked))


def cooled_down(consecutive: int, *, until: datetime) -> Standing:
    return Standing(consecutive=consecutive, cooldown_until=until, is_probing=True)


def backoff(consecutive: int, steps: Sequence[int], rng: Random) -> float:
    """Seconds to wait after so many rate limits in a row, a quarter more or less."""
    step = steps[min(max(consecutive, 1), len(steps)) - 1]
    return step * rng.uniform(1 - JITTER, 1 + JITTER)


def shown_state(
    health: Health, standing: Standing, *, last_error_at: datetime | None, now: datetime
) -> ShownState:
    if health in BROKEN:
        return ShownState.error
    standing = at(standing, now)
    if standing.cooldown_until is not None or health is Health.cooldown:
        return ShownState.cooldown
    had_error = last_error_at is not None and last_error_at > now - RECENT_ERROR
    if standing.backoff_until is not None or had_error:
        return ShownState.warning
    return ShownState.active


def is_stop(verdict: SafetyVerdict) -> bool:
    """Whether it is the network's word to slow down or to stop, and not a fault of ours or of the line."""
    return verdict.reaction in {Reaction.back_off, Reaction.cool_down} or verdict.health in CLOSED


def limits_in_force(
    limit: ActionLimit, plan: PlanLimits | None, step: RampStep | None = None
) -> LimitsInForce:
    """The tighter count of settings and plan, the plan's interval where it has one, and of the counts a share."""
    per_hour, per_day, apart = limit.per_hour, limit.per_day, float(limit.seconds_apart)
    if plan is not None:
        per_hour = per_hour if plan.per_hour is None else min(per_hour, plan.per_hour)
        per_day = per_day if plan.per_day is None else min(per_day, plan.per_day)
        apart = apart if plan.seconds_apart is None else float(plan.seconds_apart)
    if step is None:
        return LimitsInForce(per_hour, per_day, apart, per_hour, per_day)
    return LimitsInForce(
        share_of(per_hour, step.share),
        share_of(per_day, step.share),
        apart,
        per_hour,
        per_day,
        step,
    )


def limits_left(limits: LimitsInForce, use: Use, *, now: datetime) -> list[LimitSeen]:
    """The three limits in order, up to and with the first that stops."""
    hour_ends = (use.oldest_of_hour or now) + HOUR
    day_ends = (use.oldest_of_day or now) + DAY
    hour_note = day_note = None
    if limits.step is not None:
        hour_note, day_note = limit_notes(limits, limits.step)
        rises_at = limits.step.rises_at
        if rises_at is not None:
            hour_ends, day_ends = min(hour_ends, rises_at), min(day_ends, rises_at)
    stops = use.hour >= limits.per_hour
    seen = [LimitSeen("hourly_limit", use.hour, limits.per_hour, hour_ends, stops, hour_note)]
    if not stops:
        stops = use.day >= limits.per_day
        seen.append(LimitSeen("daily_limit", use.day, limits.per_day, day_ends, stops, day_note))
    if not stops:
        seen.append(_interval(limits, use, now=now))
    return seen


def limit_notes(limits: LimitsInForce, step: RampStep) -> tuple[str, str]:
    """Why the limits of an hour and of a day are what they are."""
    return (
        f"limit an hour {limits.per_hour} of {limits.cap_per_hour}: {step.reason}",
        f"limit today {limits.per_day} of {limits.cap_per_day}: {step.reason}",
    )


def _interval(limits: LimitsInForce, use: Use, *, now: datetime) -> LimitSeen:
    if use.last_at is None:
        return LimitSeen("interval", None, limits.seconds_apart)
    # A clock that was set back must not keep the account waiting for longer than the interval.
    passed = max(0.0, (now - use.last_at).total_seconds())
    ends = now + timedelta(seconds=max(0.0, limits.seconds_apart - passed))
    return LimitSeen(
        "interval", round(passed, 3), limits.seconds_apart, ends, passed < limits.seconds_apart
    )


def ramp_step(ramp: RampSettings, age: Age, *, now: datetime) -> RampStep | None:
    """Where the account stands on the way to its whole limits; none where it has them."""
    if not ramp.enabled or (age.warmed_up_at is None and not ramp.all_accounts):
        return None
    day = ramp_day(age, now=now)
    share = share_on(ramp.curve, day)
    trouble_until = trouble_end(ramp, age, now=now)
    if share >= 1 and trouble_until is None:
        return None
    reason, rises_at = _day_in_words(age, day), trouble_until
    if share < 1 and age.active_since is not None and day < ramp.curve[-1].day:
        next_day = age.active_since + day * DAY
        rises_at = next_day if rises_at is None else min(next_day, rises_at)
    if trouble_until is not None:
        share *= ramp.trouble_share
        reason += (
            f", {percent(ramp.trouble_share)} of that until {trouble_until:%d %b %H:%M} UTC"
            " because the network said stop"
        )
    return RampStep(day, share, rises_at, reason)


def ramp_day(age: Age, *, now: datetime) -> int:
    """Days of 24 hours, the first is 1. Who is not active yet has not begun the first."""
    if age.active_since is None:
        return 1
    return max(0, (now - age.active_since) // DAY) + 1


def share_on(curve: Sequence[RampPoint], day: int) -> float:
    """A line between two points; before the first and after the last their own share."""
    before = curve[0]
    for point in curve:
        if day <= point.day:
            if point.day <= before.day or day <= before.day:
                return point.share
            done = (day - before.day) / (point.day - before.day)
            return before.share + (point.share - before.share) * done
        before = point
    return before.share


def share_of(cap: int, share: float) -> int:
    """Rounded, never above the cap, and at least one where the cap allows one."""
    return min(cap, max(1, int(cap * share + 0.5)))


def trouble_end(ramp: RampSettings, age: Age, *, now: datetime) -> datetime | None:
    if age.limited_at is None:
        return None
    until = age.limited_at + timedelta(hours=ramp.trouble_hours)
    return until if until > now else None


def _day_in_words(age: Age, day: int) -> str:
    if age.active_since is None:
        return "day 1, it is not active yet"
    return f"day {day} after warm-up" if age.warmed_up_at else f"day {day} since it became active"


def percent(share: float) -> str:
    return f"{share * 100:.3g} %"
