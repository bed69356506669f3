"""What is due, for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import MonitorStatus
from retinue.capabilities.monitors.repository import schedule
from retinue.capabilities.monitors.rules import intervals
from retinue.capabilities.monitors.schemas import DueMonitor
from retinue.foundation.clock import real

CHUNK = 1000
_LOOKS = 5
"""How often one claim looks again for others, where what it found was put a little later instead."""


def claim_due(
    db: Session, *, holder: str, now: datetime, limit: int = CHUNK, lease_seconds: float = 120
) -> list[DueMonitor]:
    """
    Take what is due, the longest first, at most 1,000. Nobody else gets it before the lease has run out.

    What was missed by a whole interval, because nobody looked or the clock was set, is not taken now:
    each such monitor is put somewhere in the next minute, once, so that they do not all run together.
    However much it has missed, it runs once. An empty list may therefore mean "soon" as well as "nothing".
    """
    wanted = min(limit, CHUNK)
    until = now + real(timedelta(seconds=lease_seconds))
    taken: list[Any] = []
    for _ in range(_LOOKS):
        rows = schedule.due(db, now=now, limit=wanted - len(taken))
        missed = [row for row in rows if _is_missed(row, now)]
        if missed:
            schedule.spread(db, [(row.id, _later(row, now)) for row in missed])
        # Claimed in between looks, so that the next one does not find it again.
        ready = [row for row in rows if not _is_missed(row, now)]
        if ready:
            schedule.claim(db, [row.id for row in ready], holder=holder, now=now, until=until)
            taken += ready
        if not missed or len(taken) >= wanted:
            break
    return [_due(row, until) for row in taken]


def give_back(
    db: Session,
    due: Iterable[DueMonitor],
    *,
    now: datetime,
    again_at: datetime | None = None,
    why: str | None = None,
) -> None:
    """
    Free what was claimed and not run. It is due again at once, or from `again_at` on, spread over a
    minute; `why` is shown meanwhile. Nothing is counted as a failure.
    """
    rows = []
    for one in due:
        at = now if again_at is None else _spread_from(one, again_at)
        rows.append((one.id, one.fence, at))
    if rows:
        schedule.put_back(db, sorted(rows), why=why and why[:255])


def still_wanted(db: Session, ids: Sequence[int]) -> frozenset[int]:
    """Of these, those that are active at this moment: asked before a fetch, so that a pause takes effect."""
    found = schedule.statuses(db, ids)
    return frozenset(one for one, status in found.items() if status is MonitorStatus.active)


def next_due_at(db: Session) -> datetime | None:
    """When there is something to claim, past or future; None where nothing is active."""
    return schedule.next_due_at(db)


def replan(db: Session, *, now: datetime, limit: int = CHUNK) -> int:
    """
    Lay out anew what lies too far ahead, because the clock was set back; say how many those were.

    Each runs a whole interval from now at the earliest, so none runs twice in one. Repeat it until
    it answers less than `limit`.
    """
    latest = schedule.latest_due_at(db)
    number = 0
    for seconds in intervals.SECONDS:
        after = intervals.furthest(seconds, now=now)
        if latest is None or latest <= after or number >= limit:
            continue
        rows = schedule.far_ahead(db, interval=seconds, after=after, limit=limit - number)
        schedule.lay_out(
            db,
            [(row.id, intervals.after_set_back(row.id, seconds, now=now)) for row in rows],
        )
        number += len(rows)
    return number


def hurry(db: Session, *, now: datetime, limit: int = CHUNK) -> int:
    """
    A trouble is over: whatever waits because of one is laid out over the next minute. Says how many
    those were; repeat it until it answers less than `limit`.
    """
    rows = schedule.put_off(db, after=now + intervals.CATCH_UP, limit=limit)
    schedule.lay_out(
        db, [(row.id, intervals.catch_up(row.id, row.interval_seconds, now=now)) for row in rows]
    )
    return len(rows)


def _is_missed(row: Any, now: datetime) -> bool:
    return not row.is_spread and intervals.is_missed(row.due_at, row.interval_seconds, now=now)


def _later(row: Any, now: datetime) -> datetime:
    return intervals.catch_up(row.id, row.interval_seconds, now=now)


def _spread_from(one: DueMonitor, again_at: datetime) -> datetime:
    return intervals.catch_up(one.id, one.interval_seconds, now=again_at)


def _due(row: Any, until: datetime) -> DueMonitor:
    return DueMonitor(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        subject_id=row.subject_id,
        interval_seconds=row.interval_seconds,
        source=None if row.source is None else row.source.value,
        due_at=row.due_at,
        claimed_until=until,
        fence=row.fence + 1,
        failures=row.failures,
    )
