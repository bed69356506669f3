"""Tasks whose wait may be over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def wake_of_account(db: Session, account_ids: Collection[int], *, now: datetime) -> int:
    """
    Let what has waited longest for each account have its turn.

    A task comes back to where it stood when it was made, so that waiting costs it nothing.
    """
    woken = 0
    for account_id in sorted(account_ids):
        found = core(db).scalar(
            select(tasks.c.id)
            .where(
                PENDING,
                tasks.c.account_id == account_id,
                tasks.c.waiting_for == WaitingFor.account_busy,
                tasks.c.due_at > now,
            )
            .order_by(tasks.c.priority, tasks.c.id)
            .limit(1)
        )
        woken += _wake(db, [found] if found else [])
    return woken


def wake_look_ups(db: Session, *, number: int, now: datetime) -> int:
    """Let as many look-ups have their turn as worker accounts have become free."""
    found = core(db).scalars(
        select(tasks.c.id)
        .where(
            PENDING,
            tasks.c.waiting_for.in_([WaitingFor.worker_account, WaitingFor.account_busy]),
            tasks.c.account_id.is_(None),
            tasks.c.due_at > now,
        )
        .order_by(tasks.c.priority, tasks.c.id)
        .limit(number)
    )
    return _wake(db, list(found))


def wake_paused(db: Session, *, now: datetime) -> int:
    """A pause has ended: whoever waits for that is looked at again."""
    statement = update(tasks).where(
        PENDING, tasks.c.waiting_for == WaitingFor.paused, tasks.c.due_at > now
    )
    return changed(core(db), statement.values(due_at=now))


def _wake(db: Session, ids: Sequence[str]) -> int:
    if not ids:
        return 0
    connection = core(db)
    statement = update(tasks).where(of_ids(connection), PENDING).values(due_at=tasks.c.created_at)
    return changed(connection, statement, given_ids(connection, ids))
