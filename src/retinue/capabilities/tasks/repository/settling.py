"""How what runs comes to an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskStatus
from retinue.capabilities.tasks.repository.tables import (
    PENDING,
    RUNNING,
    batches,
    changed,
    core,
    given_ids,
    of_ids,
    tasks,
    uses,
)

LET_GO: dict[str, Any] = {
    "lease_holder": None,
    "lease_until": None,
    "busy_account_id": None,
    "account_fence": None,
}
_COMPLETE = (
    update(tasks)
    .where(tasks.c.id == bindparam("task"))
    .values(
        status=TaskStatus.completed,
        result=bindparam("result"),
        error=None,
        reason=None,
        progress=100,
        end_time=bindparam("now"),
        **LET_GO,
    )
)


def held(db: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Those that still run, with their fence, held until the commit."""
    connection = core(db)
    query = select(tasks.c.id, tasks.c.fence, tasks.c.is_cancel_asked).where(
        of_ids(connection), tasks.c.status == TaskStatus.running
    )
    rows: Any = connection.execute(query.with_for_update(), given_ids(connection, ids))
    return {row.id: row for row in rows}


def complete(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """`task`, `result` and `now` of each."""
    core(db).execute(_COMPLETE, rows)


def end(db: Session, task_id: str, values: dict[str, Any]) -> None:
    """Let go of a task that runs, in whichever state it goes on."""
    core(db).execute(update(tasks).where(tasks.c.id == task_id).values(**LET_GO, **values))


def extend(db: Session, ids: Sequence[str], *, until: datetime) -> None:
    connection = core(db)
    statement = update(tasks).where(of_ids(connection), RUNNING).values(lease_until=until)
    connection.execute(statement, given_ids(connection, ids))


def note(db: Session, task_id: str, *, progress: int, text: str | None) -> None:
    statement = update(tasks).where(tasks.c.id == task_id).values(progress=progress, note=text)
    core(db).execute(statement)


def has_open(db: Session, batch_id: str) -> bool:
    """Whether anything of a batch is still to be done."""
    query = select(tasks.c.id).where(PENDING, tasks.c.lane == batch_id)
    if core(db).scalar(query.limit(1)) is not None:
        return True
    query = select(tasks.c.id).where(RUNNING, tasks.c.batch_id == batch_id)
    return core(db).scalar(query.limit(1)) is not None


def finish_batch(db: Session, batch_id: str, *, now: datetime) -> bool:
    """False when it was finished already."""
    statement = update(batches).where(batches.c.id == batch_id, batches.c.finished_at.is_(None))
    return changed(core(db), statement.values(finished_at=now)) == 1


def reopen_batch(db: Session, batch_id: str) -> None:
    core(db).execute(update(batches).where(batches.c.id == batch_id).values(finished_at=None))


def give_use_back(db: Session, task_id: str, *, since: datetime) -> None:
    """What was not begun after all has used up nothing."""
    core(db).execute(delete(uses).where(uses.c.task_id == task_id, uses.c.at >= since))
