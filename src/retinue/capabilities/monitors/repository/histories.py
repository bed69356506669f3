"""What was read, by monitor and time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import Bucket, MonitorKind
from retinue.capabilities.monitors.repository.tables import HISTORY, monitors, rollups
from retinue.capabilities.monitors.schemas import Span
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.rows import Rows


@cache
def _newest(kind: MonitorKind) -> Prepared:
    table = HISTORY[kind]
    return Prepared(
        select(table)
        .where(table.c.monitor_id == bindparam("monitor"))
        .order_by(table.c.recorded_at.desc())
        .limit(bindparam("number", type_=Integer()))
    )


def newest(
    db: Session,
    kind: MonitorKind,
    ids: Sequence[int],
    span: Span,
) -> Rows:
    """Rows of these monitors, which are of one subject, the newest first."""
    if len(ids) == 1 and span.since is None and span.until is None:
        return _newest(kind).all(db.connection(), {"monitor": ids[0], "number": span.limit})
    table = HISTORY[kind]
    query = select(table).where(table.c.monitor_id.in_(ids))
    if span.since is not None:
        query = query.where(table.c.recorded_at >= span.since)
    if span.until is not None:
        query = query.where(table.c.recorded_at < span.until)
    query = query.order_by(table.c.recorded_at.desc()).limit(span.limit)
    return db.connection().execute(query).all()


def oldest(
    db: Session,
    kind: MonitorKind,
    monitor_id: int,
    *,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> Rows:
    """The oldest first."""
    table = HISTORY[kind]
    query = select(table).where(table.c.monitor_id == monitor_id)
    if since is not None:
        query = query.where(table.c.recorded_at >= since)
    if until is not None:
        query = query.where(table.c.recorded_at < until)
    return db.connection().execute(query.order_by(table.c.recorded_at).limit(limit)).all()


def at_or_before(db: Session, kind: MonitorKind, monitor_id: int, at: datetime) -> Any | None:
    """The last row that is not after a moment."""
    table = HISTORY[kind]
    query = (
        select(table)
        .where(table.c.monitor_id == monitor_id, table.c.recorded_at <= at)
        .order_by(table.c.recorded_at.desc())
        .limit(1)
    )
    return db.connection().execute(query).one_or_none()


def first_since(
    db: Session, kind: MonitorKind, monitor_id: int, since: datetime | None
) -> datetime | None:
    """The moment of its oldest row, or of the oldest that is not before `since`."""
    table = HISTORY[kind]
    query = select(func.min(table.c.recorded_at)).where(table.c.monitor_id == monitor_id)
    if since is not None:
        query = query.where(table.c.recorded_at >= since)
    found: datetime | None = db.connection().scalar(query)
    return found


def drop(db: Session, kind: MonitorKind, monitor_id: int, moments: Sequence[datetime]) -> int:
    table = HISTORY[kind]
    dropped = 0
    for start in range(0, len(moments), 500):
        some = list(moments[start : start + 500])
        statement = delete(table).where(
            table.c.monitor_id == monitor_id, table.c.recorded_at.in_(some)
        )
        dropped += db.connection().execute(statement).rowcount
    return dropped


def rolled(
    db: Session,
    monitor_id: int,
    bucket: Bucket,
    *,
    since: datetime | None,
    until: datetime | None,
) -> Rows:
    """The oldest first."""
    query = select(rollups).where(rollups.c.monitor_id == monitor_id, rollups.c.bucket == bucket)
    if since is not None:
        query = query.where(rollups.c.start >= since)
    if until is not None:
        query = query.where(rollups.c.start < until)
    return db.connection().execute(query.order_by(rollups.c.start, rollups.c.metric)).all()


def put_rollups(
    db: Session, monitor_id: int, rows: Sequence[dict[str, Any]], *, start: datetime, end: datetime
) -> None:
    """Instead of what was there for that span, so that a step may be repeated."""
    connection = db.connection()
    connection.execute(
        delete(rollups).where(
            rollups.c.monitor_id == monitor_id, rollups.c.start >= start, rollups.c.start < end
        )
    )
    if rows:
        connection.execute(insert(rollups), list(rows))


def drop_hourly(db: Session, monitor_id: int, *, before: datetime) -> int:
    statement = delete(rollups).where(
        rollups.c.monitor_id == monitor_id,
        rollups.c.bucket == Bucket.hour,
        rollups.c.start < before,
    )
    return db.connection().execute(statement).rowcount


def to_roll(db: Session, *, until: datetime, after_id: int, limit: int) -> Rows:
    """Monitors that are not rolled up to `until`, in the order of ids."""
    mark = monitors.c.rolled_until
    return _behind(db, or_(mark.is_(None), mark < until), after_id=after_id, limit=limit)


def to_thin(db: Session, *, until: datetime, after_id: int, limit: int) -> Rows:
    """Monitors that were rolled up, and are not thinned up to `until`."""
    mark, rolled_until = monitors.c.thinned_until, monitors.c.rolled_until
    wanted = rolled_until.is_not(None) & or_(mark.is_(None), mark < until)
    return _behind(db, wanted, after_id=after_id, limit=limit)


def _behind(db: Session, wanted: Any, *, after_id: int, limit: int) -> Rows:
    query = (
        select(
            monitors.c.id,
            monitors.c.kind,
            monitors.c.created_at,
            monitors.c.rolled_until,
            monitors.c.thinned_until,
        )
        .where(monitors.c.id > after_id, wanted)
        .order_by(monitors.c.id)
        .limit(limit)
    )
    return db.connection().execute(query).all()


def marks(db: Session, monitor_id: int) -> Any:
    """How far it has come, held until the commit."""
    query = select(monitors.c.rolled_until, monitors.c.thinned_until)
    return db.connection().execute(query.where(monitors.c.id == monitor_id).with_for_update()).one()


def mark(db: Session, monitor_id: int, **moments: datetime) -> None:
    """`rolled_until`, `thinned_until`: how far it has come."""
    db.connection().execute(update(monitors).where(monitors.c.id == monitor_id).values(**moments))
