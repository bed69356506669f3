"""Who runs tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.repository.tables import Rows, changed, core, workers


def beat(db: Session, values: dict[str, Any]) -> None:
    statement = update(workers).where(workers.c.id == values["id"])
    if changed(core(db), statement.values(**values)) == 0:
        core(db).execute(insert(workers), values)


def leave(db: Session, worker_id: str) -> None:
    core(db).execute(delete(workers).where(workers.c.id == worker_id))


def every(db: Session) -> Rows:
    return core(db).execute(select(workers).order_by(workers.c.started_at, workers.c.id)).all()


def forget(db: Session, *, silent_for: timedelta, now: datetime) -> int:
    return changed(core(db), delete(workers).where(workers.c.beat_at < now - silent_for))
