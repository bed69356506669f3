"""What reading costs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from retinue.capabilities.monitors.repository import money, schedule, writing
from retinue.capabilities.monitors.rules import budgets, cadence
from retinue.capabilities.monitors.schemas import Budget
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import MonitorSettings

_USUAL_PRICE = 2_000
"""Micros a call, until the month has shown another."""


def charge(db: Session, *, source: str, calls: int, cost: Decimal, now: datetime) -> None:
    """Note what was bought. Adds up whoever calls it at the same time."""
    if calls <= 0 and not cost:
        return
    writing.charge(
        db,
        month=budgets.month_of(now),
        source=source,
        calls=max(calls, 0),
        cost_micros=budgets.micros(cost),
    )


def budget(db: Session, *, now: datetime) -> Budget:
    """How the month stands. Counts the active monitors; before each fetch ask `has_budget` instead."""
    wanted = settings.current(db).monitors
    month = budgets.month_of(now)
    rows = money.spent_in(db, month)
    spent = sum(row.cost_micros for row in rows)
    calls = sum(row.calls for row in rows)
    limit = _limit(wanted)
    projected = budgets.projected(
        spent=spent,
        calls=calls,
        price=_USUAL_PRICE,
        intervals=schedule.by_interval(db),
        now=now,
    )
    return Budget(
        month=month,
        limit=None if limit is None else budgets.money(limit),
        spent=budgets.money(spent),
        calls=calls,
        projected=budgets.money(projected),
        is_spent=limit is not None and spent >= limit,
        resumes_at=budgets.month_ends(now),
        by_source={row.source: (row.calls, budgets.money(row.cost_micros)) for row in rows},
    )


def spent_by_month(db: Session, *, limit: int = 24) -> list[tuple[str, str, int, Decimal]]:
    """Month, source, calls and cost; the newest first."""
    rows = money.months(db, limit=limit)
    return [(row.month, row.source, row.calls, budgets.money(row.cost_micros)) for row in rows]


def has_budget(db: Session, *, now: datetime, cost: Decimal = Decimal(0)) -> bool:
    """Whether `cost` more may be spent in this month. One row is looked at."""
    limit = _limit(settings.current(db).monitors)
    if limit is None:
        return True
    spent = sum(int(row.cost_micros) for row in money.spent_in(db, budgets.month_of(now)))
    return spent < limit and spent + budgets.micros(cost) <= limit


def stretch(db: Session, wanted: MonitorSettings, *, now: datetime) -> int:
    """How often intervals are doubled for the budget to last, where the settings allow it."""
    if not wanted.adaptive or wanted.monthly_budget is None:
        return 0
    found = budget(db, now=now)
    return cadence.stretch_for(projected=float(found.projected), limit=wanted.monthly_budget)


def _limit(wanted: MonitorSettings) -> int | None:
    if wanted.monthly_budget is None:
        return None
    return budgets.micros(Decimal(str(wanted.monthly_budget)))
