"""What people do with monitors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import Act
from retinue.capabilities.monitors.errors import AlreadyMonitored, MonitorNotFound, MonitorStopped
from retinue.capabilities.monitors.models import Monitor, MonitorKind, MonitorStatus, SourceName
from retinue.capabilities.monitors.repository import reading
from retinue.capabilities.monitors.rules import intervals
from retinue.capabilities.monitors.schemas import Change, Subject
from retinue.foundation.bell import Bell
from retinue.foundation.events import service as events

due = Bell("monitors.due")
"""Rings when something may be due sooner than it was."""

LARGEST_ACT = 1000


def create(
    db: Session,
    subject: Subject,
    *,
    interval_seconds: int,
    actor: str,
    now: datetime,
    source: SourceName | None = None,
) -> Any:
    """
    Watch a subject, from now on; `name` is as `rules.subjects` reads it. What was stopped comes back
    with its history.

    Raises:
        AlreadyMonitored: somebody watches it, or has paused to.
    """
    found = reading.of_subject(db, subject.kind, subject.name, for_update=True)
    if found is None:
        monitor = Monitor(
            kind=subject.kind,
            subject=subject.name,
            interval_seconds=interval_seconds,
            status=MonitorStatus.active,
            source=source,
            due_at=now,
            created_at=now,
            updated_at=now,
        )
        if not reading.add(db, monitor):
            raise _already(subject, None)
        monitor_id = monitor.id
    elif found.status is not MonitorStatus.stopped:
        raise _already(subject, found)
    else:
        monitor_id = found.id
        values = {
            "status": MonitorStatus.active,
            "interval_seconds": interval_seconds,
            "source": source,
            "due_at": now,
            "failures": 0,
            "last_error": None,
            "waiting_why": None,
            "watch": None,
            "cadence": None,
            "is_spread": False,
            "updated_at": now,
        }
        reading.revive(db, monitor_id, values)
    made = reading.find(db, monitor_id)
    verb = "monitor.created" if found is None else "monitor.revived"
    _tell(db, [made], [Act(verb, _named(made), after=_facts(made))], actor=actor, now=now)
    return made


def change(
    db: Session,
    monitor_id: int,
    values: dict[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Any:
    """
    Another interval, or another source. The next run follows the new interval, unless it runs now.

    Raises:
        MonitorNotFound, MonitorStopped
    """
    before = get(db, monitor_id)
    if before.status is MonitorStatus.stopped:
        raise _stopped(before)
    wanted = {name: value for name, value in values.items() if getattr(before, name) != value}
    if not wanted:
        return before
    if "interval_seconds" in wanted and before.claimed_by is None:
        wanted["due_at"] = min(
            now if before.last_run_at is None else before.due_at,
            intervals.next_due(monitor_id, wanted["interval_seconds"], after=now),
        )
        if before.last_run_at is not None and wanted["interval_seconds"] > before.interval_seconds:
            wanted["due_at"] = intervals.next_due(monitor_id, wanted["interval_seconds"], after=now)
        wanted["cadence"] = None
    reading.change_each(db, [(monitor_id, {**wanted, "updated_at": now})])
    after = reading.find(db, monitor_id)
    act = Act("monitor.changed", _named(after), before=_facts(before), after=_facts(after))
    _tell(db, [after], [act], actor=actor, now=now)
    return after


def get(db: Session, monitor_id: int, *, kind: MonitorKind | None = None) -> Any:
    """
    Raises:
        MonitorNotFound
    """
    found = reading.find(db, monitor_id) if monitor_id < 2**63 else None
    if found is None or (kind is not None and found.kind is not kind):
        what = "monitor" if kind is None else f"{kind.value} monitor"
        raise MonitorNotFound(f"There is no {what} {monitor_id}; `GET /api/monitors` lists them.")
    return found


def pause(
    db: Session, monitor_id: int, *, actor: str, now: datetime, kind: MonitorKind | None = None
) -> Any:
    """
    Nothing more is fetched for it until it is resumed. A paused one stays as it is.

    Raises:
        MonitorNotFound, MonitorStopped
    """
    return _one(db, monitor_id, MonitorStatus.paused, actor=actor, now=now, kind=kind)


def resume(
    db: Session, monitor_id: int, *, actor: str, now: datetime, kind: MonitorKind | None = None
) -> Any:
    """
    It is due at once, or when it is given back by whoever has it. An active one stays as it is.

    Raises:
        MonitorNotFound, MonitorStopped
    """
    return _one(db, monitor_id, MonitorStatus.active, actor=actor, now=now, kind=kind)


def pause_many(db: Session, ids: Sequence[int], *, actor: str, now: datetime) -> list[Change]:
    """Up to 1,000, in the order given; what each has become of it."""
    return _move_all(db, ids, MonitorStatus.paused, actor=actor, now=now)


def resume_many(db: Session, ids: Sequence[int], *, actor: str, now: datetime) -> list[Change]:
    """As `pause_many`. They are due within a minute, not all at once."""
    return _move_all(db, ids, MonitorStatus.active, actor=actor, now=now)


def stop_many(
    db: Session,
    ids: Sequence[int],
    *,
    actor: str,
    now: datetime,
    kind: MonitorKind | None = None,
) -> list[Change]:
    """Up to 1,000. They leave the lists and keep their history; a reading on its way is not written."""
    return _move_all(db, ids, MonitorStatus.stopped, actor=actor, now=now, kind=kind)


def foreseen(db: Session, ids: Sequence[int], to: MonitorStatus) -> list[Change]:
    """What an act on many would do; nothing is changed."""
    rows = {row.id: row for row in reading.given(db, ids)}
    return [_judged(one, rows.get(one), to, None) for one in dict.fromkeys(ids)]


_VERBS = {
    MonitorStatus.active: "monitor.resumed",
    MonitorStatus.paused: "monitor.paused",
    MonitorStatus.stopped: "monitor.stopped",
}


def _one(
    db: Session,
    monitor_id: int,
    to: MonitorStatus,
    *,
    actor: str,
    now: datetime,
    kind: MonitorKind | None,
) -> Any:
    row = get(db, monitor_id, kind=kind)
    if row.status is MonitorStatus.stopped:
        raise _stopped(row)
    _move_all(db, [monitor_id], to, actor=actor, now=now, kind=kind)
    return reading.find(db, monitor_id)


def _move_all(
    db: Session,
    ids: Sequence[int],
    to: MonitorStatus,
    *,
    actor: str,
    now: datetime,
    kind: MonitorKind | None = None,
) -> list[Change]:
    rows = {row.id: row for row in reading.given(db, ids, for_update=True)}
    changes = [_judged(one, rows.get(one), to, kind) for one in dict.fromkeys(ids)]
    moving = [rows[one.id] for one in changes if one.outcome == "changed"]
    if not moving:
        return changes
    moving_ids = [row.id for row in moving]
    if to is MonitorStatus.stopped:
        reading.stop_all(db, moving_ids, now=now)
    elif to is MonitorStatus.paused:
        values = {"status": to, "updated_at": now, "waiting_why": None}
        reading.set_all(db, moving_ids, values)
    else:
        reading.change_each(db, [_resumed(row, now, alone=len(moving) == 1) for row in moving])
    after = reading.given(db, moving_ids)
    acts = [
        Act(_VERBS[to], _named(row), before={"status": rows[row.id].status.value}) for row in after
    ]
    _tell(db, after, acts, actor=actor, now=now)
    return changes


def _judged(
    monitor_id: int, row: Any | None, to: MonitorStatus, kind: MonitorKind | None
) -> Change:
    if row is None or (kind is not None and row.kind is not kind):
        return Change(monitor_id, "not_found", None, "there is no such monitor")
    if row.status is to:
        return Change(monitor_id, "unchanged", to.value)
    if row.status is MonitorStatus.stopped:
        reason = "it is stopped; creating its subject again brings it back"
        return Change(monitor_id, "refused", row.status.value, reason)
    return Change(monitor_id, "changed", to.value)


def _resumed(row: Any, now: datetime, *, alone: bool) -> tuple[int, dict[str, Any]]:
    values: dict[str, Any] = {"status": MonitorStatus.active, "updated_at": now, "is_spread": True}
    if row.claimed_by is None:
        later = intervals.catch_up(row.id, row.interval_seconds, now=now)
        values["due_at"] = now if alone else later
    return row.id, values


def _tell(
    db: Session, rows: Sequence[Any], acts: Sequence[Act], *, actor: str, now: datetime
) -> None:
    due.ring_on_commit(db)
    events.publish_all(db, "monitor_update", [_event(row) for row in rows], now=now)
    audit.record_all(db, acts, actor=actor, now=now)


def _event(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "subject": row.subject,
        "status": row.status.value,
        "interval_seconds": row.interval_seconds,
    }


def _named(row: Any) -> tuple[str, str]:
    return "monitor", str(row.id)


def _facts(row: Any) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "subject": row.subject,
        "interval_seconds": row.interval_seconds,
        "source": None if row.source is None else row.source.value,
        "status": row.status.value,
    }


def _already(subject: Subject, found: Any | None) -> AlreadyMonitored:
    is_paused = found is not None and found.status is MonitorStatus.paused
    state = "paused; resume it" if is_paused else "active"
    facts = {} if found is None else {"task_id": found.id}
    return AlreadyMonitored(f"{subject.name} is monitored already, and that is {state}.", **facts)


def _stopped(row: Any) -> MonitorStopped:
    return MonitorStopped(
        f"Monitor {row.id} is stopped; create a monitor of {row.subject} again to bring it back."
    )
