"""Who runs tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.repository.tables import workers
from retinue.foundation.database.rows import Rows


def beat(db: Session, values: dict[str, Any]) -> None:
    statement = update(workers).where(workers.c.id == values["id"])
    if db.connection().execute(statement.values(**values)).rowcount == 0:
        db.connection().execute(insert(workers), values)


def leave(db: Session, worker_id: str) -> None:
    db.connection().execute(delete(workers).where(workers.c.id == worker_id))


def every(db: Session) -> Rows:
    query = select(workers).order_by(workers.c.started_at, workers.c.id)
    return db.connection().execute(query).all()


def forget(db: Session, *, silent_for: timedelta, now: datetime) -> int:
    statement = delete(workers).where(workers.c.beat_at < now - silent_for)
    return db.connection().execute(statement).rowcount
