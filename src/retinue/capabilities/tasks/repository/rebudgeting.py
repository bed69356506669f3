"""Tasks that wait for a rate budget."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.repository.tables import (
    PENDING,
    changed,
    core,
    given_ids,
    of_ids,
    tasks,
)


def wake_budgeted(db: Session, *, now: datetime, limit: int) -> int:
    """Let have their turn whoever waits for a budget, where they stood before."""
    connection = core(db)
    ids = list(
        connection.scalars(
            select(tasks.c.id)
            .where(PENDING, tasks.c.waiting_for == WaitingFor.rate_budget, tasks.c.due_at > now)
            .order_by(tasks.c.priority, tasks.c.id)
            .limit(limit)
        )
    )
    if not ids:
        return 0
    statement = update(tasks).where(of_ids(connection), PENDING).values(due_at=tasks.c.created_at)
    return changed(connection, statement, given_ids(connection, ids))
