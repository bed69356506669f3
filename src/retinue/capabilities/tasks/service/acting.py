"""What an operator does with tasks that are there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.tasks.errors import NothingFailed, TaskNotFailed, TaskNotOpen
from retinue.capabilities.tasks.models import TaskStatus
from retinue.capabilities.tasks.repository import reading as rows
from retinue.capabilities.tasks.repository import settling, writing
from retinue.capabilities.tasks.service import reading, telling
from retinue.capabilities.tasks.service.asking import asked
from retinue.capabilities.tasks.service.reading import FoundBatch, FoundTask
from retinue.capabilities.tasks.service.telling import News
from retinue.capabilities.tasks.service.withdrawing import CANCELLED, take_back

_OPEN = frozenset({TaskStatus.pending, TaskStatus.running})


def cancel(
    db: Session,
    task_id: str,
    *,
    actor: str,
    now: datetime,
    account_ids: frozenset[int] | None = None,
) -> FoundTask:
    """
    A task that waits ends at once. One that runs is asked to: it ends where it next reports, and
    what it has done by then stands.

    Raises:
        TaskNotFound: there is none.
        TaskNotOpen: it has ended.
    """
    task = reading.get(db, task_id, account_ids=account_ids, for_update=True)
    if task.status not in _OPEN:
        raise TaskNotOpen(f"The task has {task.status} already.", status=task.status.value)
    take_back(db, [(task.id, task.account_id)], by=actor, now=now)
    if task.status is TaskStatus.pending:
        writing.cancel_pending(db, writing.is_task(task_id), reason=CANCELLED, now=now)
    else:
        writing.ask_running_to_end(db, writing.is_task(task_id))
    return _acted(db, task, "cancelled", actor=actor, now=now)


def retry(
    db: Session,
    task_id: str,
    *,
    actor: str,
    now: datetime,
    account_ids: frozenset[int] | None = None,
) -> FoundTask:
    """
    Let a failed task begin again, with all its retries.

    Raises:
        TaskNotFound: there is none.
        TaskNotFailed: it has not failed.
    """
    task = reading.get(db, task_id, account_ids=account_ids, for_update=True)
    if task.status is not TaskStatus.failed:
        message = f"Only a task that has failed can be tried again; this one is {task.status}."
        raise TaskNotFailed(message, status=task.status.value)
    writing.revive(db, writing.is_task(task_id), now=now)
    if task.batch_id is not None:
        settling.reopen_batch(db, task.batch_id)
    asked.ring_on_commit(db, [task_id])
    return _acted(db, task, "retried", actor=actor, now=now)


def cancel_batch(db: Session, batch_id: str, *, actor: str, now: datetime) -> FoundBatch:
    """
    As `cancel` for whatever of it is open. A batch that is over is left as it is.

    Raises:
        BatchNotFound: there is none.
    """
    reading.batch(db, batch_id)
    writing.hold_batch(db, batch_id)
    condition = writing.is_of_batch(batch_id)
    take_back(db, rows.handed_over(db, condition), by=actor, now=now)
    ended = writing.cancel_pending(db, condition, reason=CANCELLED, now=now)
    asked_of = writing.ask_running_to_end(db, condition)
    return _acted_on_batch(
        db, batch_id, "cancelled", actor=actor, now=now, ended=ended, asked=asked_of
    )


def retry_failed(db: Session, batch_id: str, *, actor: str, now: datetime) -> FoundBatch:
    """
    As `retry` for whatever of it has failed.

    Raises:
        BatchNotFound: there is none.
        NothingFailed: nothing of it has failed.
    """
    reading.batch(db, batch_id)
    writing.hold_batch(db, batch_id)
    revived = writing.revive(db, writing.is_of_batch(batch_id), now=now)
    if not revived:
        raise NothingFailed("No task of this batch has failed.")
    settling.reopen_batch(db, batch_id)
    asked.ring_on_commit(db)
    return _acted_on_batch(db, batch_id, "retried", actor=actor, now=now, revived=revived)


def _acted(db: Session, was: FoundTask, verb: str, *, actor: str, now: datetime) -> FoundTask:
    task = reading.get(db, was.id)
    news = News(
        task.id,
        task.type,
        task.status,
        task.account_id,
        task.batch_id,
        task.retries,
        progress=task.progress,
        started_at=task.start_time,
        ended_at=task.end_time,
        error=task.error,
    )
    telling.tell(db, [news], now=now)
    audit.record(
        db,
        actor=actor,
        action=f"task.{verb}",
        subject=("task", task.id),
        now=now,
        before={"status": was.status.value},
        after={"status": task.status.value},
    )
    return task


def _acted_on_batch(
    db: Session, batch_id: str, verb: str, *, actor: str, now: datetime, **numbers: int
) -> FoundBatch:
    shown = rows.of_batch(db, batch_id, after_position=-1, limit=1)
    for row in shown:
        news = News(
            row.id, row.type, row.status, row.account_id, batch_id, row.retries, error=row.error
        )
        telling.tell(db, [news], now=now)
    audit.record(
        db,
        actor=actor,
        action=f"batch.{verb}",
        subject=("batch", batch_id),
        now=now,
        after=numbers,
    )
    return reading.batch(db, batch_id)
