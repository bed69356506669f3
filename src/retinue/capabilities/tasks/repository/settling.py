"""How what runs comes to an end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskStatus
from retinue.capabilities.tasks.repository.tables import IDS, RUNNING, batches, tasks, uses
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.spelled import family_of

LET_GO: dict[str, Any] = {
    "lease_holder": None,
    "lease_until": None,
    "busy_account_id": None,
    "account_fence": None,
}
_COMPLETE = Prepared(
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

# Its driver sends row for row, and waits for an answer to each.
_COMPLETE_TOGETHER = text(
    "UPDATE tasks JOIN JSON_TABLE(:told, '$[*]' COLUMNS ("
    " task VARCHAR(36) CHARACTER SET ascii PATH '$.task', result LONGTEXT PATH '$.result')) AS given"
    " ON tasks.id = given.task SET tasks.status = 'completed', tasks.result = given.result,"
    " tasks.error = NULL, tasks.reason = NULL, tasks.progress = 100, tasks.end_time = :now,"
    " tasks.lease_holder = NULL, tasks.lease_until = NULL, tasks.busy_account_id = NULL,"
    " tasks.account_fence = NULL WHERE tasks.id IN :ids"
).bindparams(bindparam("ids", expanding=True), bindparam("now", type_=tasks.c.end_time.type))


def held(db: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Those that still run, with their fence, held until the commit."""
    connection = db.connection()
    query = select(tasks.c.id, tasks.c.fence, tasks.c.is_cancel_asked).where(
        IDS.on(connection), tasks.c.status == TaskStatus.running
    )
    rows: Any = connection.execute(query.with_for_update(), IDS.given(connection, ids))
    return {row.id: row for row in rows}


def complete(db: Session, results: Mapping[str, Any], *, now: datetime) -> None:
    """Each task with what came of it."""
    connection = db.connection()
    if family_of(connection.dialect) == "mysql":
        told = [
            {"task": task, "result": None if result is None else json.dumps(result)}
            for task, result in results.items()
        ]
        given = {"ids": list(results), "told": json.dumps(told), "now": now}
        connection.execute(_COMPLETE_TOGETHER, given)
        return
    rows = [{"task": task, "result": result, "now": now} for task, result in results.items()]
    _COMPLETE.run_many(connection, rows)


def end(db: Session, task_id: str, values: dict[str, Any]) -> None:
    """Let go of a task that runs, in whichever state it goes on."""
    db.connection().execute(update(tasks).where(tasks.c.id == task_id).values(**LET_GO, **values))


def extend(db: Session, ids: Sequence[str], *, until: datetime) -> None:
    connection = db.connection()
    statement = update(tasks).where(IDS.on(connection), RUNNING).values(lease_until=until)
    connection.execute(statement, IDS.given(connection, ids))


def note(db: Session, task_id: str, *, progress: int, text: str | None) -> None:
    statement = update(tasks).where(tasks.c.id == task_id).values(progress=progress, note=text)
    db.connection().execute(statement)


def hold_batches(db: Session, batch_ids: Sequence[str]) -> None:
    """Until the commit; whoever has them is waited for."""
    query = select(batches.c.id).where(batches.c.id.in_(batch_ids)).order_by(batches.c.id)
    db.connection().execute(query.with_for_update())


def finish_batches(db: Session, batch_ids: Sequence[str], *, now: datetime) -> None:
    """Those that are finished already stay so."""
    statement = update(batches).where(batches.c.id.in_(batch_ids), batches.c.finished_at.is_(None))
    db.connection().execute(statement.values(finished_at=now))


def reopen_batch(db: Session, batch_id: str) -> None:
    statement = update(batches).where(batches.c.id == batch_id).values(finished_at=None)
    db.connection().execute(statement)


def give_use_back(db: Session, task_id: str, *, since: datetime) -> None:
    """What was not begun after all has used up nothing."""
    db.connection().execute(delete(uses).where(uses.c.task_id == task_id, uses.c.at >= since))
