"""Monitors as they are shown, and changed by people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import Monitor, MonitorKind, MonitorStatus
from retinue.capabilities.monitors.repository.tables import IDS, monitors
from retinue.capabilities.monitors.schemas import MonitorFilter
from retinue.foundation.database.rows import Rows

_SORTED_BY = {"created": monitors.c.id, "due": monitors.c.due_at, "subject": monitors.c.subject}

Stale = Sequence[tuple[int, timedelta]]
"""Of each interval, after how long without a good run its numbers are stale."""


def add(db: Session, monitor: Monitor) -> bool:
    """False where another transaction has made one of the same subject at this moment."""
    try:
        with db.begin_nested():
            db.add(monitor)
            db.flush()
    except IntegrityError:
        return False
    return True


def find(db: Session, monitor_id: int) -> Any | None:
    query = select(monitors).where(monitors.c.id == monitor_id)
    return db.connection().execute(query).one_or_none()


def of_subject(
    db: Session, kind: MonitorKind, subject: str, *, for_update: bool = False
) -> Any | None:
    query = select(monitors).where(monitors.c.kind == kind, monitors.c.subject == subject)
    if for_update:
        query = query.with_for_update()
    return db.connection().execute(query).one_or_none()


def of_subject_id(db: Session, kind: MonitorKind, subject_id: str) -> Rows:
    """More than one where somebody was renamed and is watched under both names; the newest name first."""
    query = select(monitors).where(monitors.c.kind == kind, monitors.c.subject_id == subject_id)
    return db.connection().execute(query.order_by(monitors.c.last_success_at.desc())).all()


def given(db: Session, ids: Sequence[int], *, for_update: bool = False) -> Rows:
    connection = db.connection()
    query = select(monitors).where(IDS.on(connection)).order_by(monitors.c.id)
    if for_update:
        query = query.with_for_update()
    return connection.execute(query, IDS.given(connection, ids)).all()


def listed(db: Session, kind: MonitorKind) -> Rows:
    """Of a kind, what is not stopped, in the order of ids."""
    query = select(
        monitors.c.id,
        monitors.c.subject,
        monitors.c.status,
        monitors.c.interval_seconds,
        monitors.c.created_at,
        monitors.c.updated_at,
    ).where(monitors.c.kind == kind, monitors.c.status != MonitorStatus.stopped)
    return db.connection().execute(query.order_by(monitors.c.id)).all()


def page(
    db: Session,
    wanted: MonitorFilter,
    *,
    order: tuple[str, bool],
    after: tuple[Any, int] | None,
    limit: int,
    stale: tuple[Stale, datetime],
) -> Rows:
    """`order` is what to sort by and whether upwards; `after` the key of the last row before, and its id."""
    by, is_upwards = order
    column = _SORTED_BY[by]
    query = _filtered(select(monitors), wanted, stale)
    if after is not None:
        place = tuple_(column, monitors.c.id)
        query = query.where(place > after if is_upwards else place < after)
    sorting = (column, monitors.c.id) if is_upwards else (column.desc(), monitors.c.id.desc())
    return db.connection().execute(query.order_by(*sorting).limit(limit)).all()


def count(
    db: Session, wanted: MonitorFilter, *, at_most: int, stale: tuple[Stale, datetime]
) -> int:
    some = _filtered(select(monitors.c.id), wanted, stale).limit(at_most).subquery()
    return db.connection().scalar(select(func.count()).select_from(some)) or 0


def ids_of(
    db: Session,
    wanted: MonitorFilter,
    *,
    after_id: int,
    limit: int,
    stale: tuple[Stale, datetime],
) -> list[int]:
    query = _filtered(select(monitors.c.id), wanted, stale).where(monitors.c.id > after_id)
    return list(db.connection().scalars(query.order_by(monitors.c.id).limit(limit)))


def set_all(db: Session, ids: Sequence[int], values: dict[str, Any]) -> int:
    connection = db.connection()
    statement = update(monitors).where(IDS.on(connection)).values(values)
    return connection.execute(statement, IDS.given(connection, ids)).rowcount


def stop_all(db: Session, ids: Sequence[int], *, now: datetime) -> int:
    """What runs at the moment loses its hold, so that nothing is written of it any more."""
    values = {
        "status": MonitorStatus.stopped,
        "updated_at": now,
        "fence": monitors.c.fence + 1,
        "claimed_by": None,
        "claimed_until": None,
        "waiting_why": None,
    }
    return set_all(db, ids, values)


def revive(db: Session, monitor_id: int, values: dict[str, Any]) -> None:
    statement = (
        update(monitors)
        .where(monitors.c.id == monitor_id)
        .values(**values, fence=monitors.c.fence + 1)
    )
    db.connection().execute(statement)


def change_each(db: Session, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
    for monitor_id, values in rows:
        db.connection().execute(update(monitors).where(monitors.c.id == monitor_id).values(values))


def _filtered(query: Select[Any], wanted: MonitorFilter, stale: tuple[Stale, datetime]) -> Any:
    if wanted.kind is not None:
        query = query.where(monitors.c.kind == wanted.kind)
    statuses = wanted.statuses or (MonitorStatus.active, MonitorStatus.paused)
    query = query.where(monitors.c.status.in_(statuses))
    if wanted.q:
        query = query.where(
            func.lower(monitors.c.subject).contains(wanted.q.lower(), autoescape=True)
        )
    now = stale[1]
    if wanted.due is not None:
        is_due = and_(monitors.c.status == MonitorStatus.active, monitors.c.due_at <= now)
        query = query.where(is_due if wanted.due else ~is_due)
    if wanted.stale is not None:
        query = query.where(_is_stale(*stale) if wanted.stale else ~_is_stale(*stale))
    return query


def _is_stale(spans: Stale, now: datetime) -> Any:
    """As `rules.intervals.is_stale`. A comparison with null is not false but unknown, hence the question before it."""
    too_old = [
        and_(
            monitors.c.interval_seconds == seconds,
            monitors.c.last_success_at.is_not(None),
            monitors.c.last_success_at < now - span,
        )
        for seconds, span in spans
    ]
    return or_(monitors.c.failures > 0, *too_old)
