"""Monitors as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import MonitorKind, MonitorStatus
from retinue.capabilities.monitors.repository import reading
from retinue.capabilities.monitors.rules import intervals
from retinue.capabilities.monitors.schemas import METRICS, MonitorFilter
from retinue.capabilities.monitors.schemas.wire import Freshness, MonitorError, MonitorRead
from retinue.capabilities.monitors.service import making

COUNTED_AT_MOST = 200_000
_SPANS = tuple((seconds, intervals.stale_after(seconds)) for seconds in intervals.SECONDS)


def task_status(db: Session, monitor_id: int, *, kind: MonitorKind) -> MonitorStatus:
    """Of stopped ones too.

    Raises:
        MonitorNotFound
    """
    status: MonitorStatus = making.get(db, monitor_id, kind=kind).status
    return status


def tasks_of_kind(db: Session, kind: MonitorKind) -> Sequence[Any]:
    """All that are not stopped, in the order in which they were made."""
    return reading.listed(db, kind)


def page(
    db: Session,
    wanted: MonitorFilter,
    *,
    now: datetime,
    order: tuple[str, bool] = ("created", False),
    after: tuple[Any, int] | None = None,
    limit: int = 50,
) -> Sequence[Any]:
    """`order` is `created`, `due` or `subject`, and whether upwards; `after` as `sort_key` gives it."""
    return reading.page(db, wanted, order=order, after=after, limit=limit, stale=(_SPANS, now))


def count(db: Session, wanted: MonitorFilter, *, now: datetime) -> int | None:
    """How many fit; none above 200,000."""
    found = reading.count(db, wanted, at_most=COUNTED_AT_MOST + 1, stale=(_SPANS, now))
    return found if found <= COUNTED_AT_MOST else None


def ids_of(
    db: Session, wanted: MonitorFilter, *, now: datetime, after_id: int = 0, limit: int = 1000
) -> list[int]:
    """In the order of ids, those after `after_id`."""
    return reading.ids_of(db, wanted, after_id=after_id, limit=limit, stale=(_SPANS, now))


def sort_key(row: Any, by: str) -> Any:
    return {"created": row.id, "due": row.due_at, "subject": row.subject}[by]


def is_stale(row: Any, *, now: datetime) -> bool:
    return intervals.is_stale(
        last_success_at=row.last_success_at,
        seconds=row.interval_seconds,
        failures=row.failures,
        now=now,
    )


def read(row: Any, *, now: datetime) -> MonitorRead:
    latest = row.latest or {}
    stale = is_stale(row, now=now)
    is_running = row.claimed_until is not None and row.claimed_until > now
    is_waiting = row.status is MonitorStatus.active and not is_running
    error = row.last_error
    return MonitorRead(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        subject_id=row.subject_id,
        name=latest.get("name"),
        status=row.status,
        interval=intervals.name_of(row.interval_seconds),
        interval_seconds=row.interval_seconds,
        source=None if row.source is None else row.source.value,
        next_due_at=row.due_at if is_waiting else None,
        is_running=is_running,
        last_run_at=row.last_run_at,
        last_success_at=row.last_success_at,
        last_error=None
        if error is None
        else MonitorError(
            code=error["code"], failure_class=error["class"], message=error["message"]
        ),
        failures=row.failures,
        waiting_why=row.waiting_why,
        freshness=_freshness(row, stale=stale),
        stale=stale,
        counts={name: latest.get(name) for name in METRICS[row.kind]},
        counts_source=latest.get("source"),
        bio=latest.get("bio"),
        strange=sorted(
            name for name, watch in (row.watch or {}).items() if watch.get("s") == "open"
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _freshness(row: Any, *, stale: bool) -> Freshness:
    if row.last_success_at is None:
        return "none"
    return "stale" if stale else "fresh"
