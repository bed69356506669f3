"""Tasks, batches and the queue as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.repository.tables import PENDING, RUNNING, accounts, batches, tasks
from retinue.capabilities.tasks.schemas import BatchFilter, Counts, TaskFilter
from retinue.foundation.database.rows import Rows

_worker = accounts.alias("worker")
_SHOWN = (
    select(tasks, accounts.c.login.label("account"), _worker.c.login.label("worker_account"))
    .select_from(tasks)
    .outerjoin(accounts, accounts.c.id == tasks.c.account_id)
    .outerjoin(_worker, _worker.c.id == tasks.c.worker_account_id)
)


def find(db: Session, task_id: str, *, for_update: bool = False) -> Any | None:
    if for_update:
        db.connection().execute(select(tasks.c.id).where(tasks.c.id == task_id).with_for_update())
    return db.connection().execute(_SHOWN.where(tasks.c.id == task_id)).one_or_none()


def page(db: Session, wanted: TaskFilter, *, before_id: str | None, limit: int) -> Rows:
    """The newest first."""
    query = _filtered(_SHOWN, wanted)
    if before_id is not None:
        query = query.where(tasks.c.id < before_id)
    return db.connection().execute(query.order_by(tasks.c.id.desc()).limit(limit)).all()


def count(db: Session, wanted: TaskFilter, *, at_most: int) -> int:
    some = _filtered(select(tasks.c.id), wanted).limit(at_most).subquery()
    return db.connection().scalar(select(func.count()).select_from(some)) or 0


def of_batch(db: Session, batch_id: str, *, after_position: int, limit: int) -> Rows:
    """In the order in which they were given."""
    query = _SHOWN.where(tasks.c.batch_id == batch_id, tasks.c.position > after_position)
    return db.connection().execute(query.order_by(tasks.c.position).limit(limit)).all()


def counts_of_batches(db: Session, batch_ids: Sequence[str]) -> dict[str, Counts]:
    columns = (tasks.c.batch_id, tasks.c.status)
    query = select(*columns, func.count()).where(tasks.c.batch_id.in_(batch_ids))
    found: dict[str, dict[str, int]] = {one: {} for one in batch_ids}
    for batch_id, status, number in db.connection().execute(query.group_by(*columns)):
        found[batch_id][status.value] = number
    return {batch_id: Counts(**its) for batch_id, its in found.items()}


def counts_of_chunks(db: Session, batch_ids: Sequence[str]) -> Rows:
    """batch_id, chunk, status, number."""
    columns = (tasks.c.batch_id, tasks.c.chunk, tasks.c.status)
    query = select(*columns, func.count().label("number")).where(tasks.c.batch_id.in_(batch_ids))
    return db.connection().execute(query.group_by(*columns).order_by(tasks.c.chunk)).all()


def batch(db: Session, batch_id: str) -> Any | None:
    return db.connection().execute(select(batches).where(batches.c.id == batch_id)).one_or_none()


def batch_page(db: Session, wanted: BatchFilter, *, before_id: str | None, limit: int) -> Rows:
    query = select(batches)
    if wanted.type is not None:
        query = query.where(batches.c.type == wanted.type)
    if wanted.is_open is not None:
        ended = batches.c.finished_at
        query = query.where(ended.is_(None) if wanted.is_open else ended.is_not(None))
    if before_id is not None:
        query = query.where(batches.c.id < before_id)
    return db.connection().execute(query.order_by(batches.c.id.desc()).limit(limit)).all()


def depth(db: Session) -> dict[int, int]:
    """Pending tasks by priority."""
    query = select(tasks.c.priority, func.count()).where(PENDING).group_by(tasks.c.priority)
    return {row[0]: row[1] for row in db.connection().execute(query)}


def pending_by_type(db: Session) -> dict[TaskType, int]:
    query = select(tasks.c.type, func.count()).where(PENDING).group_by(tasks.c.type)
    return {row[0]: row[1] for row in db.connection().execute(query)}


def number_running(db: Session) -> int:
    return db.connection().scalar(select(func.count()).select_from(tasks).where(RUNNING)) or 0


def running(db: Session, *, limit: int) -> Rows:
    query = _SHOWN.where(RUNNING).order_by(tasks.c.start_time, tasks.c.id).limit(limit)
    return db.connection().execute(query).all()


def waiting(db: Session) -> Rows:
    """By what they wait for: how many, and when the first of them is looked at again."""
    query = select(
        tasks.c.waiting_for,
        func.count().label("number"),
        func.min(tasks.c.waiting_until).label("next_until"),
    ).where(PENDING)
    return db.connection().execute(query.group_by(tasks.c.waiting_for)).all()


def first_waiting(db: Session, what: WaitingFor) -> Any | None:
    query = select(tasks.c.waiting_why, tasks.c.waiting_until).where(
        PENDING, tasks.c.waiting_for == what
    )
    query = query.order_by(tasks.c.due_at, tasks.c.id).limit(1)
    return db.connection().execute(query).one_or_none()


def oldest_due_at(db: Session, *, now: datetime) -> datetime | None:
    query = select(func.min(tasks.c.due_at)).where(
        PENDING, tasks.c.waiting_for.is_(None), tasks.c.due_at <= now
    )
    found: datetime | None = db.connection().scalar(query)
    return found


def ended_since(db: Session, since: datetime) -> dict[TaskStatus, int]:
    query = select(tasks.c.status, func.count()).where(tasks.c.end_time > since)
    return {row[0]: row[1] for row in db.connection().execute(query.group_by(tasks.c.status))}


def durations(db: Session, type: TaskType, *, limit: int) -> list[float]:  # noqa: A002 - the word of the contract
    """Seconds that the last completed tasks of a type took."""
    query = select(tasks.c.start_time, tasks.c.end_time).where(
        tasks.c.type == type,
        tasks.c.status == TaskStatus.completed,
        tasks.c.end_time.is_not(None),
        tasks.c.start_time.is_not(None),
    )
    rows = db.connection().execute(query.order_by(tasks.c.end_time.desc()).limit(limit))
    return [(row.end_time - row.start_time).total_seconds() for row in rows]


def _filtered(query: Select[Any], wanted: TaskFilter) -> Select[Any]:
    if wanted.statuses:
        query = query.where(tasks.c.status.in_(wanted.statuses))
    if wanted.types:
        query = query.where(tasks.c.type.in_(wanted.types))
    if wanted.account_id is not None:
        query = query.where(tasks.c.account_id == wanted.account_id)
    if wanted.account_ids is not None:
        query = query.where(tasks.c.account_id.in_(sorted(wanted.account_ids)))
    if wanted.batch_id is not None:
        query = query.where(tasks.c.batch_id == wanted.batch_id)
    if wanted.priority is not None:
        query = query.where(tasks.c.priority == wanted.priority.value)
    if wanted.waiting_for is WaitingFor.turn:
        query = query.where(PENDING, tasks.c.waiting_for.is_(None))
    elif wanted.waiting_for is not None:
        query = query.where(PENDING, tasks.c.waiting_for == wanted.waiting_for)
    return query


def handed_over(db: Session, condition: Any) -> list[tuple[str, int | None]]:
    """Those that wait for a person, each with its account."""
    query = select(tasks.c.id, tasks.c.account_id).where(
        condition, PENDING, tasks.c.waiting_for == WaitingFor.person
    )
    return [(row.id, row.account_id) for row in db.connection().execute(query.order_by(tasks.c.id))]
