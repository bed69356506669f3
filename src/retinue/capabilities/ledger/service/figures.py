"""The ledger in numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.repository import outcomes, reading
from retinue.capabilities.ledger.schemas import DayFigures, EventFilter, OpenUnknowns, PlanLimits
from retinue.capabilities.ledger.schemas.wire import ActionDay, ActionUse, DayRead
from retinue.capabilities.ledger.service.asking import use_of
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import RampStep, Use
from retinue.capabilities.settings.schemas import OTHER, RuntimeSettings


def limits(
    db: Session,
    account_id: int | None,
    *,
    settings: RuntimeSettings,
    now: datetime,
    plans: dict[str, PlanLimits] | None = None,
    step: RampStep | None = None,
) -> dict[str, ActionUse]:
    """
    Limits of every action with their use in the last 60 minutes and 24 hours.

    `plans` are the account's own limits, by action, and `step` is where it stands on its ramp.
    Without an account the use is that of all accounts, and nothing is said of what is left.
    """
    rows = reading.uses(
        db.connection(),
        account_id=account_id,
        hour_ago=now - timedelta(hours=1),
        day_ago=now - timedelta(hours=24),
    )
    used = {row.action: use_of(row) for row in rows}
    named = [action for action in (*settings.limits, *used) if action != OTHER]
    shown: dict[str, ActionUse] = {}
    for action in dict.fromkeys((*named, OTHER)):
        use = used.get(action, Use())
        plan = (plans or {}).get(action)
        limit = safety.limits_in_force(action, settings=settings, plan=plan, step=step)
        last = safety.limits_left(limit, use, now=now)[-1]
        is_one = account_id is not None
        shown[action] = ActionUse(
            per_hour=limit.per_hour,
            used_hour=use.hour,
            left_hour=max(0, limit.per_hour - use.hour) if is_one else None,
            per_day=limit.per_day,
            used_day=use.day,
            left_day=max(0, limit.per_day - use.day) if is_one else None,
            seconds_apart=limit.seconds_apart,
            cap_per_hour=limit.cap_per_hour,
            cap_per_day=limit.cap_per_day,
            reason=f"{limit.per_day} of {limit.cap_per_day} today: {step.reason}" if step else None,
            next_at=last.stops_until if is_one and last.stops else None,
        )
    return shown


def daily(
    db: Session,
    *,
    account_id: int | None,
    accounts: frozenset[int] | None,
    days: int,
    now: datetime,
) -> list[DayRead]:
    """The last `days` days in UTC, today first, each with its actions by status."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=days - 1)
    wanted = EventFilter(
        account_id=account_id, account_ids=accounts, since=since, visible_only=True
    )
    counts: dict[str, dict[str, dict[str, int]]] = {
        (today - timedelta(days=back)).date().isoformat(): {} for back in range(days)
    }
    for row in reading.days(db.connection(), wanted):
        # What was recorded by hand may lie in the future.
        by_action = counts.get(str(row.day))
        if by_action is not None:
            by_action.setdefault(row.action, {})[EventStatus(row.status).value] = row.number
    return [
        DayRead(date=day, actions={name: _action_day(of) for name, of in sorted(actions.items())})
        for day, actions in counts.items()
    ]


def _action_day(of: dict[str, int]) -> ActionDay:
    by_status = {status.value: of.get(status.value, 0) for status in EventStatus}
    rate = rules.success_rate(success=by_status["success"], failed=by_status["failed"])
    return ActionDay(total=sum(by_status.values()), success_rate=rate, **by_status)


def last_24_hours(db: Session, account_id: int | None, *, now: datetime) -> DayFigures:
    """Acts of the last 24 hours; skips and dedupe hits are none."""
    wanted = EventFilter(account_id=account_id, since=now - timedelta(hours=24))
    rows: dict[EventStatus, Any] = {
        EventStatus(row.status): row for row in reading.by_status(db.connection(), wanted)
    }
    acts = (EventStatus.success, EventStatus.failed, EventStatus.unknown)
    success, failed, unknown = (rows[one].number if one in rows else 0 for one in acts)
    timed = [rows[one] for one in acts if one in rows and rows[one].latency_number]
    number = sum(int(row.latency_number) for row in timed)
    total_ms = sum(int(row.latency_sum) for row in timed)
    return DayFigures(
        total=success + failed + unknown,
        successful=success,
        failed=failed,
        unknown=unknown,
        success_rate=rules.success_rate(success=success, failed=failed),
        average_latency_ms=round(total_ms / number, 1) if number else None,
    )


def counts_by_status(db: Session, wanted: EventFilter) -> dict[str, int]:
    rows = reading.by_status(db.connection(), wanted)
    return {EventStatus(row.status).value: row.number for row in rows}


def unknowns(db: Session) -> OpenUnknowns:
    """Outcomes that nobody knows: how many, and since when."""
    count, oldest_at = outcomes.unknowns(db.connection())
    return OpenUnknowns(count, oldest_at)
