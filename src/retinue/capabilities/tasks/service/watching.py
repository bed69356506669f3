"""The queue at one glance, what can be begun, and who works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import Priority, TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.repository import facts, queue
from retinue.capabilities.tasks.repository import reading as repository
from retinue.capabilities.tasks.repository import workers as worker_rows
from retinue.capabilities.tasks.rules import budgets
from retinue.capabilities.tasks.schemas import (
    Heartbeat,
    QueueRead,
    RunningRead,
    WaitingGroup,
    WorkerRead,
)
from retinue.capabilities.tasks.service import catalogue, reading
from retinue.foundation.clock import real

LOST_AFTER = timedelta(seconds=30)
_FORGOTTEN_AFTER = timedelta(hours=1)
_RUNNING_SHOWN = 100


def beat(db: Session, beat: Heartbeat, *, now: datetime) -> None:
    """A worker is alive; said every five seconds."""
    values = {
        "id": beat.worker_id,
        "host": beat.host[:255],
        "pid": beat.pid,
        "started_at": beat.started_at,
        "beat_at": now,
        "places": beat.places,
        "busy": beat.busy,
        "types": [one.value for one in beat.types],
    }
    worker_rows.beat(db, values)
    worker_rows.forget(db, silent_for=real(_FORGOTTEN_AFTER), now=now)


def leave(db: Session, worker_id: str) -> None:
    """A worker has ended in order."""
    worker_rows.leave(db, worker_id)


def workers(db: Session, *, now: datetime) -> list[WorkerRead]:
    return [
        WorkerRead(**row._mapping, is_lost=row.beat_at < now - real(LOST_AFTER))  # noqa: SLF001 - the public way to a row's columns
        for row in worker_rows.every(db)
    ]


def counts(db: Session) -> dict[Priority, int]:
    """Pending tasks by priority."""
    found = repository.depth(db)
    return {priority: found.get(priority.value, 0) for priority in Priority}


def waiting_groups(db: Session) -> list[WaitingGroup]:
    """Pending tasks by what they wait for, the most numerous first."""
    groups = []
    for row in repository.waiting(db):
        what = row.waiting_for or WaitingFor.turn
        first = repository.first_waiting(db, row.waiting_for) if row.waiting_for else None
        groups.append(
            WaitingGroup(
                waiting_for=what,
                number=row.number,
                next_until=row.next_until,
                why=first.waiting_why if first else None,
            )
        )
    return sorted(groups, key=lambda group: -group.number)


def overview(db: Session, *, now: datetime) -> QueueRead:
    minute = repository.ended_since(db, now - timedelta(minutes=1))
    hour = repository.ended_since(db, now - timedelta(hours=1))
    depth, alive = counts(db), workers(db, now=now)
    return QueueRead(
        at=now,
        depth={str(priority.value): number for priority, number in depth.items()},
        pending=sum(depth.values()),
        running=repository.number_running(db),
        waiting=waiting_groups(db),
        oldest_due_at=repository.oldest_due_at(db, now=now),
        running_tasks=[
            RunningRead(
                task_id=row.id,
                type=row.type,
                account_id=row.busy_account_id or row.account_id,
                account=row.worker_account or row.account,
                batch_id=row.batch_id,
                progress=row.progress,
                note=reading.silence_of(row, now=now) or row.note,
                start_time=row.start_time,
                worker=row.lease_holder or "",
                seconds=max(0.0, (now - row.start_time).total_seconds()) if row.start_time else 0,
            )
            for row in repository.running(db, limit=_RUNNING_SHOWN)
        ],
        workers=alive,
        completed_last_minute=minute.get(TaskStatus.completed, 0),
        failed_last_minute=minute.get(TaskStatus.failed, 0),
        completed_last_hour=hour.get(TaskStatus.completed, 0),
        failed_last_hour=hour.get(TaskStatus.failed, 0),
        runnable=catalogue.runnable() or _run_by(alive),
    )


def _run_by(alive: Sequence[WorkerRead]) -> list[TaskType]:
    """In a process that has no list of its own: what the workers say."""
    return sorted({TaskType(name) for one in alive if not one.is_lost for name in one.types})


def has_due(db: Session, types: Sequence[TaskType], *, now: datetime) -> bool:
    return any(at <= now for at in queue.due_moments(db, types))


def next_due_at(db: Session, types: Sequence[TaskType]) -> datetime | None:
    """When the next task is due, past or future."""
    return min(queue.due_moments(db, types), default=None)


def prune_uses(db: Session, *, now: datetime, limit: int = 1000) -> int:
    """Budgets reach a day back, and nobody asks further."""
    return facts.prune_uses(db, before=now - budgets.DAY, limit=limit)
