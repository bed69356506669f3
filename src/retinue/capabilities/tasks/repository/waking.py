"""Tasks whose wait may be over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.safety.service import FLEET
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.capabilities.tasks.repository.tables import (
    IDS,
    PENDING,
    accounts,
    pauses,
    personas,
    tasks,
)

_RESUMED = (
    select(tasks.c.id)
    .select_from(tasks)
    .outerjoin(accounts, accounts.c.id == func.coalesce(tasks.c.account_id, tasks.c.worker_wish))
    .outerjoin(personas, personas.c.id == accounts.c.persona_id)
    .where(
        PENDING,
        tasks.c.waiting_for == WaitingFor.paused,
        tasks.c.due_at > bindparam("now", type_=tasks.c.due_at.type),
        accounts.c.paused_at.is_(None),
        personas.c.paused_at.is_(None),
        ~exists().where(pauses.c.key == FLEET),
        or_(
            tasks.c.type != TaskType.follow,
            ~exists().where(pauses.c.key == f"action:{TaskType.follow}"),
        ),
    )
)

_OPENING = (TaskType.recover_account, TaskType.validate_account, TaskType.refresh_cookies)
"""What waits for the log-ins of the next day, though a person's word is as good as one."""

_WAITED_FOR = (
    select(accounts.c.id)
    .where(
        accounts.c.id.in_(bindparam("ids", expanding=True)),
        exists().where(
            PENDING,
            tasks.c.account_id == accounts.c.id,
            tasks.c.waiting_for == WaitingFor.account_busy,
            tasks.c.due_at > bindparam("now", type_=tasks.c.due_at.type),
        ),
    )
    .order_by(accounts.c.id)
)


def wake_of_account(db: Session, account_ids: Collection[int], *, now: datetime) -> int:
    """
    Let what has waited longest for each account have its turn.

    A task comes back to where it stood when it was made, so that waiting costs it nothing.
    """
    woken = 0
    given = {"ids": sorted(account_ids), "now": now}
    for account_id in db.connection().scalars(_WAITED_FOR, given).all():
        found = db.connection().scalar(
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
    found = db.connection().scalars(
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


def wake_resumed(db: Session, *, now: datetime, limit: int) -> int:
    """Let have their turn whoever waits for the end of a pause that has ended, by whichever route."""
    found = db.connection().scalars(
        _RESUMED.order_by(tasks.c.priority, tasks.c.id).limit(limit), {"now": now}
    )
    return _wake(db, list(found))


def wake_of_person(db: Session, account_id: int) -> int:
    """Let have their turn the tasks of an account that wait for a person, or for a log-in to be free."""
    found = db.connection().scalars(
        select(tasks.c.id).where(
            PENDING,
            tasks.c.account_id == account_id,
            or_(
                tasks.c.waiting_for == WaitingFor.person,
                and_(tasks.c.waiting_for == WaitingFor.account_backoff, tasks.c.type.in_(_OPENING)),
            ),
        )
    )
    return _wake(db, list(found))


def has_resumed(db: Session, *, now: datetime) -> bool:
    return db.connection().scalar(_RESUMED.limit(1), {"now": now}) is not None


def wake_budgeted(db: Session, *, now: datetime, limit: int) -> int:
    """Let have their turn whoever waits for a rate budget."""
    found = db.connection().scalars(
        select(tasks.c.id)
        .where(PENDING, tasks.c.waiting_for == WaitingFor.rate_budget, tasks.c.due_at > now)
        .order_by(tasks.c.priority, tasks.c.id)
        .limit(limit)
    )
    return _wake(db, list(found))


def _wake(db: Session, ids: Sequence[str]) -> int:
    if not ids:
        return 0
    connection = db.connection()
    statement = update(tasks).where(IDS.on(connection), PENDING).values(due_at=tasks.c.created_at)
    return connection.execute(statement, IDS.given(connection, ids)).rowcount
