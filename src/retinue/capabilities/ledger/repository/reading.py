"""What is read of the ledger: events, decisions and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from retinue.capabilities.ledger.models import (
    RARE_STATUSES,
    HistoryFilter,
    HistoryStart,
)
from retinue.capabilities.ledger.repository.counting import use_columns
from retinue.capabilities.ledger.repository.tables import (
    accounts,
    attempts,
    events,
    history_starts,
    traces,
)
from retinue.capabilities.ledger.schemas import EventFilter

ALL_ACCOUNTS = 0
_FEW = 12


def events_page(
    connection: Connection,
    wanted: EventFilter,
    *,
    before: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Events that fit, the newest first, each with its account's login."""
    parts = _parts(wanted)
    if len(parts) > 1:
        rows = [
            row
            for part in parts
            for row in events_page(connection, part, before=before, limit=limit)
        ]
        return sorted(rows, key=lambda row: (row.ts, row.id), reverse=True)[:limit]
    statement = _visible(select(events, accounts.c.login), wanted).outerjoin(
        accounts, accounts.c.id == events.c.account_id
    )
    statement = statement.where(*_conditions(wanted))
    if before is not None:
        statement = statement.where(_earlier(events, events.c.ts, before))
    return connection.execute(
        statement.order_by(events.c.ts.desc(), events.c.id.desc()).limit(limit)
    ).all()


def _parts(wanted: EventFilter) -> list[EventFilter]:
    """Of a few accounts or actions: a page of each by its own index is less than all of theirs sorted."""
    if wanted.account_id is None and 1 < len(wanted.account_ids or ()) <= _FEW:
        return [
            replace(wanted, account_id=account_id, account_ids=None)
            for account_id in sorted(wanted.account_ids or ())
        ]
    if wanted.account_id is None and 1 < len(wanted.actions) <= _FEW:
        return [replace(wanted, actions=(action,)) for action in wanted.actions]
    return [wanted]


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
    """
    The first of these that is asked for finds the rows by its index, and the others only look at them.

    SQLite has no figures to choose by, and would now and then begin with what fits half the table.
    """
    status = None
    if wanted.status is not None:
        # Said in the statement itself: an index over some statuses serves no status that is bound later.
        status = bindparam(
            "status", wanted.status, type_=events.c.status.type, literal_execute=True
        )
    rare = status if wanted.status in RARE_STATUSES else None
    asked: list[tuple[Column[Any], Any]] = [
        (events.c.session_id, wanted.session_id),
        (events.c.task_id, wanted.task_id),
        (events.c.target_username, wanted.target),
        (events.c.account_id, wanted.account_id),
        (events.c.status, rare),
        (events.c.action, wanted.actions[0] if len(wanted.actions) == 1 else None),
    ]
    found: list[ColumnElement[bool]] = []
    for column, value in asked:
        if value is not None:
            found.append(_only_looked_at(column) == value if found else column == value)
    if status is not None and rare is None:
        found.append(_only_looked_at(events.c.status) == status)
    if wanted.account_ids is not None:
        allowed = sorted(wanted.account_ids)
        account = events.c.account_id
        found.append((_only_looked_at(account) if found else account).in_(allowed))
    if len(wanted.actions) > 1:
        found.append(_only_looked_at(events.c.action).in_(wanted.actions))
    if wanted.since is not None:
        found.append(events.c.ts >= wanted.since)
    if wanted.until is not None:
        found.append(events.c.ts < wanted.until)
    return found


def _only_looked_at(column: Column[Any]) -> ColumnElement[Any]:
    """The column as no index knows it."""
    nothing = literal(0 if isinstance(column.type, Integer) else "", type_=column.type)
    return func.coalesce(column, nothing, type_=column.type)


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
    statement = (
        select(attempts.c.action, *use_columns(hour_ago))
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
