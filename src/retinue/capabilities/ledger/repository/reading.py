"""What is read of the ledger: events, decisions and figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from retinue.capabilities.ledger.models import (
    AttemptState,
    HistoryFilter,
    HistoryStart,
)
from retinue.capabilities.ledger.repository.tables import (
    accounts,
    attempts,
    events,
    history_starts,
    traces,
)
from retinue.capabilities.ledger.schemas import EventFilter

ALL_ACCOUNTS = 0
_COUNTED = attempts.c.state.in_([AttemptState.intent, AttemptState.confirmed, AttemptState.unknown])


def events_page(
    connection: Connection,
    wanted: EventFilter,
    *,
    before: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Events that fit, the newest first, each with its account's login."""
    statement = _visible(select(events, accounts.c.login), wanted).outerjoin(
        accounts, accounts.c.id == events.c.account_id
    )
    statement = statement.where(*_conditions(wanted))
    if before is not None:
        statement = statement.where(_earlier(events, events.c.ts, before))
    return connection.execute(
        statement.order_by(events.c.ts.desc(), events.c.id.desc()).limit(limit)
    ).all()


def count_events(connection: Connection, wanted: EventFilter, *, at_most: int) -> int:
    """How many fit; counting ends at `at_most`."""
    some = _visible(select(events.c.id), wanted).where(*_conditions(wanted)).limit(at_most)
    return connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()


def _earlier(table: Table, at: Column[Any], before: tuple[datetime, int]) -> ColumnElement[bool]:
    ts, row_id = before
    # The moment is compared twice, because engines take a range from a plain comparison only.
    return and_(at <= ts, or_(at < ts, table.c.id < row_id))


def _visible(statement: Select[Any], wanted: EventFilter) -> Select[Any]:
    statement = statement.select_from(events)
    if not wanted.visible_only:
        return statement
    everyone, own = history_starts.alias("everyone"), history_starts.alias("own")
    return (
        statement.outerjoin(everyone, everyone.c.account_id == ALL_ACCOUNTS)
        .outerjoin(own, own.c.account_id == events.c.account_id)
        .where(
            or_(everyone.c.since.is_(None), events.c.ts >= everyone.c.since),
            or_(own.c.since.is_(None), events.c.ts >= own.c.since),
        )
    )


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    exact = {
        "account_id": wanted.account_id,
        "target_username": wanted.target,
        "status": wanted.status,
        "session_id": wanted.session_id,
        "task_id": wanted.task_id,
    }
    found.extend(events.c[name] == value for name, value in exact.items() if value is not None)
    if wanted.account_ids is not None:
        found.append(events.c.account_id.in_(sorted(wanted.account_ids)))
    if wanted.actions:
        found.append(events.c.action.in_(wanted.actions))
    if wanted.since is not None:
        found.append(events.c.ts >= wanted.since)
    if wanted.until is not None:
        found.append(events.c.ts < wanted.until)
    return found


def decisions(
    connection: Connection,
    *,
    account_id: int,
    target: str,
    action: str | None,
    before: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Why one person was engaged or left alone, the newest decision first."""
    statement = select(traces).where(
        traces.c.account_id == account_id, traces.c.target_username == target
    )
    if action is not None:
        statement = statement.where(traces.c.action == action)
    if before is not None:
        statement = statement.where(_earlier(traces, traces.c.at, before))
    return connection.execute(
        statement.order_by(traces.c.at.desc(), traces.c.id.desc()).limit(limit)
    ).all()


def uses(
    connection: Connection, *, account_id: int | None, hour_ago: datetime, day_ago: datetime
) -> Sequence[Row[Any]]:
    """Per action: counts of the last hour and day, and when the last and the oldest were."""
    in_hour = _COUNTED & (attempts.c.started_at > hour_ago)
    statement = (
        select(
            attempts.c.action,
            func.count(case((in_hour, 1))).label("hour"),
            func.count(case((_COUNTED, 1))).label("day"),
            func.max(attempts.c.started_at).label("last_at"),
            func.min(case((in_hour, attempts.c.started_at))).label("oldest_of_hour"),
            func.min(case((_COUNTED, attempts.c.started_at))).label("oldest_of_day"),
        )
        .where(attempts.c.started_at > day_ago)
        .group_by(attempts.c.action)
    )
    if account_id is not None:
        statement = statement.where(attempts.c.account_id == account_id)
    return connection.execute(statement).all()


def days(connection: Connection, wanted: EventFilter) -> Sequence[Row[Any]]:
    """Events by day (UTC), action and status."""
    day = func.date(events.c.ts).label("day")
    counted = func.count().label("number")
    statement = _visible(select(day, events.c.action, events.c.status, counted), wanted)
    return connection.execute(
        statement.where(*_conditions(wanted)).group_by(day, events.c.action, events.c.status)
    ).all()


def by_status(connection: Connection, wanted: EventFilter) -> Sequence[Row[Any]]:
    """Events by status, with the sum and the number of their latencies."""
    latency = events.c.latency_ms
    statement = _visible(
        select(
            events.c.status,
            func.count().label("number"),
            func.sum(latency).label("latency_sum"),
            func.count(latency).label("latency_number"),
        ),
        wanted,
    )
    return connection.execute(statement.where(*_conditions(wanted)).group_by(events.c.status)).all()


def history_start(db: Session, account_id: int) -> HistoryStart | None:
    return db.get(HistoryStart, account_id)


def freeing(db: Session) -> Sequence[HistoryStart]:
    """Clearings that are under way, or were interrupted."""
    return db.scalars(select(HistoryStart).where(HistoryStart.is_freeing.is_(True))).all()


def history_filter(db: Session) -> HistoryFilter | None:
    return db.get(HistoryFilter, 1)
