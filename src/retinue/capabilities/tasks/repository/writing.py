"""New tasks and batches, and what an operator does with those that are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskStatus
from retinue.capabilities.tasks.repository.tables import PENDING, RUNNING, batches, tasks
from retinue.foundation.database.prepared import Prepared

_NOT_WAITING = {"waiting_for": None, "waiting_until": None, "waiting_why": None}


def add_tasks(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """All of them with the same columns, those that `service.asking` knows of a new task."""
    _add(tuple(rows[0])).run_many(db.connection(), rows)


@lru_cache(maxsize=4)
def _add(names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(tasks), names)


def add_batch(db: Session, values: dict[str, Any]) -> None:
    db.connection().execute(insert(batches), values)


def cancel_pending(db: Session, condition: Any, *, reason: str, now: datetime) -> int:
    values = {"status": TaskStatus.failed, "reason": reason, "end_time": now, **_NOT_WAITING}
    return db.connection().execute(update(tasks).where(condition, PENDING).values(values)).rowcount


def ask_running_to_end(db: Session, condition: Any) -> int:
    statement = update(tasks).where(condition, RUNNING).values(is_cancel_asked=True)
    return db.connection().execute(statement).rowcount


def revive(db: Session, condition: Any, *, now: datetime) -> int:
    """What has failed begins again, with all its retries."""
    values = {
        "status": TaskStatus.pending,
        "error": None,
        "reason": None,
        "progress": 0,
        "note": None,
        "retries": 0,
        "backoff_step": 0,
        "is_cancel_asked": False,
        "start_time": None,
        "end_time": None,
        "due_at": now,
        **_NOT_WAITING,
    }
    statement = update(tasks).where(condition, tasks.c.status == TaskStatus.failed)
    return db.connection().execute(statement.values(values)).rowcount


def hold_batch(db: Session, batch_id: str) -> None:
    """Nobody else cancels or revives it meanwhile."""
    db.connection().execute(select(batches.c.id).where(batches.c.id == batch_id).with_for_update())


def is_task(task_id: str) -> Any:
    return tasks.c.id == task_id


def is_of_batch(batch_id: str) -> Any:
    return tasks.c.batch_id == batch_id
