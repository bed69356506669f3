from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound, AmbiguousLogin
from retinue.capabilities.tasks import service
from retinue.capabilities.tasks.errors import (
    TaskNotFailed,
    TaskNotFound,
    TaskNotOpen,
    TypeNotRunnable,
)
from retinue.capabilities.tasks.schemas import TaskCreate, TaskFilter, TaskQuery, TaskRead
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    ReadDb,
    RecordId,
    Router,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/tasks", tags=["Tasks"])


@router.get(
    "",
    dependencies=[requires(Scope.tasks_read)],
    responses=documented(Invalid, AccountNotFound, AmbiguousLogin),
)
def list_tasks(
    db: ReadDb, rt: Rt, caller: Caller, asked: Annotated[TaskQuery, Query()]
) -> Page[TaskRead]:
    """
    Tasks that fit, the newest first. A pending one says what it waits for, until when and why.

    `total` is null above 10,000.
    """
    account_id = asked.account_id
    if asked.account is not None:
        account_id = accounts.find(db, asked.account, only_ids=caller.account_ids).id
    wanted = TaskFilter(
        statuses=tuple(asked.status),
        types=tuple(asked.type),
        account_id=account_id,
        batch_id=asked.batch_id,
        waiting_for=asked.waiting_for,
        priority=asked.priority,
        account_ids=caller.account_ids,
    )
    key = decode_cursor(asked.cursor, str)
    rows = service.page(db, wanted, before_id=key[0] if key else None, limit=asked.limit + 1)
    now = rt.clock.now()
    shown = [service.read(row, now=now) for row in rows[: asked.limit]]
    following = encode_cursor(shown[-1].id) if len(rows) > asked.limit else None
    return Page(items=shown, next_cursor=following, total=service.count(db, wanted))


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Scope.tasks_write, is_for_restricted=True)],
    responses=documented(Invalid, TypeNotRunnable, AccountNotFound, Forbidden),
)
def create_task(body: TaskCreate, db: Db, rt: Rt, caller: Caller) -> TaskRead:
    """
    Put one task into the queue.

    422 names every place that does not fit; of a type that nothing here runs it lists those that can be run.
    """
    row = service.create(
        db, body, actor=caller.actor, now=rt.clock.now(), account_ids=caller.account_ids
    )
    return service.read(row)


@router.get(
    "/{task_id}",
    dependencies=[requires(Scope.tasks_read)],
    responses=documented(TaskNotFound),
)
def read_task(task_id: RecordId, db: ReadDb, rt: Rt, caller: Caller) -> TaskRead:
    """One task with its result or its error."""
    row = service.get(db, task_id, account_ids=caller.account_ids)
    return service.read(row, now=rt.clock.now())


@router.post(
    "/{task_id}/cancel",
    dependencies=[requires(Scope.tasks_write, is_for_restricted=True)],
    responses=documented(TaskNotFound, TaskNotOpen),
)
def cancel_task(task_id: RecordId, db: Db, rt: Rt, caller: Caller) -> TaskRead:
    """
    End a task. One that waits ends at once, as `failed` with the reason `cancelled`; one that runs
    is asked to, and ends where it next reports.
    """
    row = service.cancel(
        db, task_id, actor=caller.actor, now=rt.clock.now(), account_ids=caller.account_ids
    )
    return service.read(row)


@router.post(
    "/{task_id}/retry",
    dependencies=[requires(Scope.tasks_write, is_for_restricted=True)],
    responses=documented(TaskNotFound, TaskNotFailed),
)
def retry_task(task_id: RecordId, db: Db, rt: Rt, caller: Caller) -> TaskRead:
    """Let a failed task begin again, with all its retries."""
    row = service.retry(
        db, task_id, actor=caller.actor, now=rt.clock.now(), account_ids=caller.account_ids
    )
    return service.read(row)
