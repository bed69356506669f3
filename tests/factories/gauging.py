"""Monitors and readings for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import Monitor, MonitorKind, MonitorStatus
from retinue.capabilities.monitors.repository import reading
from retinue.capabilities.monitors.schemas import DueMonitor, FailedRead, Read, Recorded, Subject
from retinue.capabilities.settings import service as settings

ACTOR = "a test"
PERSON = MonitorKind.influencer
POST = MonitorKind.post


def watch(
    db: Session, name: str, *, now: datetime, seconds: int = 1800, kind: MonitorKind = PERSON
) -> int:
    made = monitors.create(db, Subject(kind, name), interval_seconds=seconds, actor=ACTOR, now=now)
    number: int = made.id
    return number


def watch_many(db: Session, number: int, *, now: datetime, seconds: int = 1800) -> None:
    """As so many of `watch`, without the news and the entries of each."""
    db.add_all(
        Monitor(
            kind=PERSON,
            subject=f"person{one}",
            interval_seconds=seconds,
            status=MonitorStatus.active,
            due_at=now,
            created_at=now,
            updated_at=now,
        )
        for one in range(number)
    )
    db.flush()


def claim(db: Session, *, now: datetime, holder: str = "one", **more: Any) -> list[DueMonitor]:
    return monitors.claim_due(db, holder=holder, now=now, **more)


def seen(due: DueMonitor, *, at: datetime, **counts: int | None) -> Read:
    """A reading in which only the counts are known that are given."""
    return Read(
        monitor=due,
        subject_id=str(1000 + due.id),
        name=due.subject,
        counts=counts,
        source="tikhub",
        read_at=at,
        bio="Hello" if due.kind is PERSON else None,
    )


def failed(due: DueMonitor, **more: Any) -> FailedRead:
    return FailedRead(due, "source_unavailable", "transient", "does not answer", **more)


def run(db: Session, *, now: datetime, **counts: int | None) -> Recorded:
    """Claim all that is due, and read the same counts of each."""
    found = claim(db, now=now)
    return monitors.record(db, [seen(one, at=now, **counts) for one in found], now=now)


def fill(
    db: Session, monitor_id: int, values: Sequence[int | None], *, start: datetime, step: timedelta
) -> None:
    """A history of `follower_count` that has not to wait for its time."""
    for number, value in enumerate(values):
        at = start + number * step
        row = monitors.get(db, monitor_id)
        due = DueMonitor(
            id=monitor_id,
            kind=row.kind,
            subject=row.subject,
            subject_id=row.subject_id,
            interval_seconds=row.interval_seconds,
            source=None,
            due_at=at,
            claimed_until=at,
            fence=row.fence,
            failures=0,
        )
        hold(db, monitor_id)
        monitors.record(db, [seen(due, at=at, follower_count=value)], now=at)


def hold(db: Session, monitor_id: int) -> None:
    """As if somebody had claimed it."""
    reading.set_all(db, [monitor_id], {"claimed_by": "one"})


def set_up(db: Session, *, now: datetime, **changes: Any) -> None:
    settings.update(db, {"monitors": changes}, actor=ACTOR, now=now)
