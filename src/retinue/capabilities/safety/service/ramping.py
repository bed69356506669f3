"""What an account may do from day to day, as it grows older and nothing goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.errors import PlanUnusable
from retinue.capabilities.safety import repository, rules
from retinue.capabilities.safety.schemas import (
    Age,
    ForecastDay,
    ForecastLimits,
    ForecastRead,
    LimitsInForce,
    PlanLimits,
    RampStep,
)
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import RampSettings, RuntimeSettings

FORECAST_DAYS = 30


def ramp_step(row: Any, *, settings: RuntimeSettings, now: datetime) -> RampStep | None:
    """
    What share of its limits an account has; none where it has them whole.

    `row` has `active_since`, `warmed_up_at` and `limited_at`, so that an intent needs no question of its own.
    """
    return rules.ramp_step(
        settings.ramp, Age(row.active_since, row.warmed_up_at, row.limited_at), now=now
    )


def ramp_step_of(
    db: Session, account: Account, *, settings: RuntimeSettings, now: datetime
) -> RampStep | None:
    """As `ramp_step`, for an account at hand."""
    return rules.ramp_step(settings.ramp, _age(db, account), now=now)


def shares(
    db: Session,
    *,
    settings: RuntimeSettings,
    now: datetime,
    account_ids: frozenset[int] | None = None,
) -> Counter[float]:
    """How many of the active accounts have which share of their limits, those with the whole left out."""
    ramp = settings.ramp
    if not ramp.enabled:
        return Counter()
    rows = repository.ages(
        db,
        active_after=now - ramp.curve[-1].day * rules.DAY,
        limited_after=now - timedelta(hours=ramp.trouble_hours),
        is_warmed_up=not ramp.all_accounts,
        account_ids=account_ids,
    )
    steps = (rules.ramp_step(ramp, Age(*row), now=now) for row in rows)
    return Counter(step.share for step in steps if step is not None)


def limit_of_all(cap: int, number: int, shares: Mapping[float, int]) -> int:
    """What `number` accounts may do together, of which `shares` tells those that have not the whole."""
    whole = number - sum(shares.values())
    return whole * cap + sum(
        of_share * rules.share_of(cap, share) for share, of_share in shares.items()
    )


def plan_limits(db: Session, account_id: int) -> dict[str, PlanLimits]:
    """What the account's own plan says, by action; nothing where the plan cannot be used."""
    try:
        plan = plans.current(db, account_id).plan
    except PlanUnusable:
        return {}
    actions = {*plan.hourly_limits, *plan.daily_limits, *plan.intervals}
    return {
        action: PlanLimits(
            per_hour=plan.hourly_limits.get(action),
            per_day=plan.daily_limits.get(action),
            seconds_apart=plan.intervals[action].low if action in plan.intervals else None,
        )
        for action in actions
    }


def forecast(db: Session, account: Account, *, now: datetime) -> ForecastRead:
    """The limits of today and of the days to come, by the same rule that an intent asks."""
    in_force = settings.current(db)
    of_plan = plan_limits(db, account.id)
    age, ramp = _age(db, account), in_force.ramp
    step = rules.ramp_step(ramp, age, now=now)
    days = []
    for ahead in range(FORECAST_DAYS):
        begins_at = _begins_at(age, ahead, now=now)
        on_day = rules.ramp_step(ramp, age, now=begins_at)
        limits = _limits(in_force, of_plan, on_day)
        days.append(
            ForecastDay(
                begins_at=begins_at,
                day=on_day.day if on_day else None,
                share=round(on_day.share, 4) if on_day else 1.0,
                limits={
                    action: ForecastLimits(per_hour=limit.per_hour, per_day=limit.per_day)
                    for action, limit in limits.items()
                },
            )
        )
    return ForecastRead(
        account_id=account.id,
        account=account.login,
        ramps=step is not None,
        reason=step.reason if step else _why_whole(ramp, age),
        active_since=account.active_since,
        warmed_up_at=account.warmed_up_at,
        full_at=_full_at(ramp, age, step, now=now),
        trouble_until=rules.trouble_end(ramp, age, now=now) if step else None,
        caps={
            action: ForecastLimits(per_hour=limit.cap_per_hour, per_day=limit.cap_per_day)
            for action, limit in _limits(in_force, of_plan, None).items()
        },
        days=days,
    )


def _age(db: Session, account: Account) -> Age:
    row = repository.of_account(db, account.id)
    return Age(account.active_since, account.warmed_up_at, row.limited_at if row else None)


def _limits(
    in_force: RuntimeSettings, of_plan: Mapping[str, PlanLimits], step: RampStep | None
) -> dict[str, LimitsInForce]:
    actions = dict.fromkeys((*map(str, in_force.limits), *of_plan))
    return {
        action: rules.limits_in_force(in_force.limit_for(action), of_plan.get(action), step)
        for action in actions
    }


def _begins_at(age: Age, ahead: int, *, now: datetime) -> datetime:
    if ahead == 0 or age.active_since is None:
        return now + ahead * rules.DAY
    return age.active_since + (rules.ramp_day(age, now=now) - 1 + ahead) * rules.DAY


def _full_at(
    ramp: RampSettings, age: Age, step: RampStep | None, *, now: datetime
) -> datetime | None:
    if step is None or age.active_since is None:
        return None
    whole = next((point.day for point in ramp.curve if point.share >= 1), None)
    if whole is None:
        return None
    grown = age.active_since + (whole - 1) * rules.DAY
    return max(grown, rules.trouble_end(ramp, age, now=now) or grown)


def _why_whole(ramp: RampSettings, age: Age) -> str:
    if not ramp.enabled:
        return "limits do not ramp up: the setting is off"
    if age.warmed_up_at is None and not ramp.all_accounts:
        return "whole limits: it became active without a warm-up, and the setting leaves those out"
    return "whole limits: it is old enough, and the network has not said stop lately"
