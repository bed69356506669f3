"""What is done to the tasks of people and of posts alike."""

from __future__ import annotations

from collections.abc import Sequence

from retinue.capabilities.monitors import service
from retinue.capabilities.monitors.errors import MonitorNotFound, MonitorStopped
from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.schemas.v1 import (
    Envelope,
    MonitorTaskStatus,
    Stopped,
    StopTasks,
    TaskState,
)
from retinue.capabilities.monitors.schemas.work import Change
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    documented,
    requires,
)


def add_task_calls(router: Router, kind: MonitorKind) -> None:
    """Stop, status, pause and resume, for the tasks of one kind only."""

    @router.post(
        "/stop_tasks", dependencies=[requires(Scope.monitors_write)], responses=documented(Invalid)
    )
    def stop_tasks(body: StopTasks, db: Db, rt: Rt, caller: Caller) -> Envelope[Stopped]:
        """They leave the list and keep their history. One that is stopped already is among the deleted ones."""
        return _stopped(
            service.stop_many(db, body.task_ids, actor=caller.actor, now=rt.clock.now(), kind=kind)
        )

    @router.get(
        "/task_status/{task_id}",
        dependencies=[requires(Scope.monitors_read)],
        responses=documented(MonitorNotFound, Forbidden),
    )
    def task_status(task_id: RowId, db: ReadDb, caller: Caller) -> Envelope[MonitorTaskStatus]:
        """Of stopped ones too."""
        caller.check_is_for_all_accounts()
        return Envelope(data=MonitorTaskStatus(status=service.task_status(db, task_id, kind=kind)))

    @router.post(
        "/pause_task/{task_id}",
        dependencies=[requires(Scope.monitors_write)],
        responses=documented(MonitorNotFound, MonitorStopped),
    )
    def pause_task(task_id: RowId, db: Db, rt: Rt, caller: Caller) -> Envelope[TaskState]:
        """Nothing more is fetched for it, from the next fetch on. Twice is once."""
        row = service.pause(db, task_id, actor=caller.actor, now=rt.clock.now(), kind=kind)
        return Envelope(data=TaskState(task_id=row.id, status=row.status))

    @router.post(
        "/resume_task/{task_id}",
        dependencies=[requires(Scope.monitors_write)],
        responses=documented(MonitorNotFound, MonitorStopped),
    )
    def resume_task(task_id: RowId, db: Db, rt: Rt, caller: Caller) -> Envelope[TaskState]:
        """It is read at once. Twice is once."""
        row = service.resume(db, task_id, actor=caller.actor, now=rt.clock.now(), kind=kind)
        return Envelope(data=TaskState(task_id=row.id, status=row.status))


def _stopped(changes: Sequence[Change]) -> Envelope[Stopped]:
    gone = [one.id for one in changes if one.outcome == "not_found"]
    ended = [one.id for one in changes if one.outcome != "not_found"]
    return Envelope(data=Stopped(deleted_task_ids=ended, not_found=gone))
