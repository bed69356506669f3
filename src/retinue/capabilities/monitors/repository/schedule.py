"""What is due, taken and laid out anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import MonitorStatus
from retinue.capabilities.monitors.repository.tables import ACTIVE, IDS, monitors
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.rows import Rows

_CLAIMED_COLUMNS = tuple(
    monitors.c[name]
    for name in (
        "id",
        "kind",
        "subject",
        "subject_id",
        "interval_seconds",
        "source",
        "due_at",
        "is_spread",
        "fence",
        "failures",
    )
)
_MOMENT = monitors.c.due_at.type
_DUE = Prepared(
    select(*_CLAIMED_COLUMNS)
    .where(ACTIVE, monitors.c.due_at <= bindparam("now", type_=_MOMENT))
    .order_by(monitors.c.due_at, monitors.c.id)
    .limit(bindparam("number", type_=Integer()))
    # Five schedulers take different rows instead of waiting for each other. SQLite has one writer anyway.
    .with_for_update(skip_locked=True)
)
_SPREAD = Prepared(
    update(monitors)
    .where(monitors.c.id == bindparam("monitor"), ACTIVE)
    .values(due_at=bindparam("later", type_=_MOMENT), is_spread=True)
)
_LAY_OUT = Prepared(
    update(monitors)
    .where(monitors.c.id == bindparam("monitor"), ACTIVE)
    .values(due_at=bindparam("at", type_=_MOMENT), claimed_by=None, claimed_until=None)
)
_PUT_BACK = Prepared(
    update(monitors)
    .where(monitors.c.id == bindparam("monitor"), monitors.c.fence == bindparam("held_under"))
    .values(
        due_at=bindparam("at", type_=_MOMENT),
        waiting_why=bindparam("why"),
        claimed_by=None,
        claimed_until=None,
    )
)


def due(db: Session, *, now: datetime, limit: int) -> Rows:
    """What is due, the longest first, held against other claims until the commit."""
    return _DUE.all(db.connection(), {"now": now, "number": limit})


def claim(db: Session, ids: Sequence[int], *, holder: str, now: datetime, until: datetime) -> int:
    """Take what is still due. How many that were is for the caller to compare."""
    connection = db.connection()
    statement = (
        update(monitors)
        .where(IDS.on(connection), ACTIVE, monitors.c.due_at <= now)
        .values(
            due_at=until,
            claimed_by=holder,
            claimed_until=until,
            fence=monitors.c.fence + 1,
            waiting_why=None,
        )
    )
    return connection.execute(statement, IDS.given(connection, ids)).rowcount


def spread(db: Session, rows: Sequence[tuple[int, datetime]]) -> None:
    """Put what was missed a little later, each to its own moment."""
    _SPREAD.run_many(db.connection(), [{"monitor": one, "later": at} for one, at in rows])


def lay_out(db: Session, rows: Sequence[tuple[int, datetime]]) -> None:
    """Give each its next moment, and free it."""
    _LAY_OUT.run_many(db.connection(), [{"monitor": one, "at": at} for one, at in rows])


def put_back(db: Session, rows: Sequence[tuple[int, int, datetime]], *, why: str | None) -> None:
    """Free what was claimed and not run: id, fence, and when it is due again."""
    _PUT_BACK.run_many(
        db.connection(),
        [{"monitor": one, "held_under": fence, "at": at, "why": why} for one, fence, at in rows],
    )


def next_due_at(db: Session) -> datetime | None:
    query = select(monitors.c.due_at).where(ACTIVE).order_by(monitors.c.due_at).limit(1)
    return db.connection().scalar(query)


def number_due(db: Session, *, now: datetime) -> int:
    query = select(func.count()).select_from(monitors).where(ACTIVE, monitors.c.due_at <= now)
    return db.connection().scalar(query) or 0


def far_ahead(db: Session, *, interval: int, after: datetime, limit: int) -> Rows:
    """Active ones of an interval that are due later than `after`, held until the commit."""
    query = (
        select(monitors.c.id, monitors.c.interval_seconds, monitors.c.due_at)
        .where(ACTIVE, monitors.c.interval_seconds == interval, monitors.c.due_at > after)
        .order_by(monitors.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return db.connection().execute(query).all()


def put_off(db: Session, *, after: datetime, limit: int) -> Rows:
    """Active ones that wait until later than `after` because of trouble, held until the commit."""
    query = (
        select(monitors.c.id, monitors.c.interval_seconds)
        .where(
            ACTIVE,
            monitors.c.due_at > after,
            monitors.c.claimed_by.is_(None),
            or_(monitors.c.failures > 0, monitors.c.waiting_why.is_not(None)),
        )
        .order_by(monitors.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return db.connection().execute(query).all()


def latest_due_at(db: Session) -> datetime | None:
    query = select(monitors.c.due_at).where(ACTIVE).order_by(monitors.c.due_at.desc()).limit(1)
    return db.connection().scalar(query)


def statuses(db: Session, ids: Sequence[int]) -> dict[int, MonitorStatus]:
    connection = db.connection()
    query = select(monitors.c.id, monitors.c.status).where(IDS.on(connection))
    rows = connection.execute(query, IDS.given(connection, ids)).all()
    return {row.id: row.status for row in rows}


def held(db: Session, ids: Sequence[int]) -> dict[int, Any]:
    """What a run's outcome is weighed against, in the order of ids, held until the commit."""
    connection = db.connection()
    query = (
        select(
            monitors.c.id,
            monitors.c.status,
            monitors.c.fence,
            monitors.c.subject_id,
            monitors.c.claimed_by,
            monitors.c.interval_seconds,
            monitors.c.failures,
            monitors.c.latest,
            monitors.c.watch,
            monitors.c.cadence,
        )
        .where(IDS.on(connection))
        .order_by(monitors.c.id)
        .with_for_update()
    )
    rows = connection.execute(query, IDS.given(connection, ids)).all()
    return {row.id: row for row in rows}


def by_interval(db: Session) -> list[tuple[int, int]]:
    """How many active monitors there are of each interval."""
    query = (
        select(monitors.c.interval_seconds, func.count())
        .where(ACTIVE)
        .group_by(monitors.c.interval_seconds)
    )
    return [(row[0], row[1]) for row in db.connection().execute(query)]
