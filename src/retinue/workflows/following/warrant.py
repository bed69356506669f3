"""In a task's name an account acts for as long as the task is in our hands and nobody has cancelled it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.workflows.working.errors import TaskCancelled, TaskLost

_PERCENT = 50


class TaskWarrant:
    def __init__(self, task: ClaimedTask) -> None:
        self._task = task

    def ensure(self, db: Session, *, now: datetime) -> None:
        """
        Raises:
            TaskLost: another worker has it, or it has ended.
            TaskCancelled: an operator has asked for its end.
        """
        # Holds the task's row until the commit: an order to end it comes before this, or after the promise.
        if not tasks.report(db, self._task, _PERCENT, None, now=now):
            raise TaskLost
        if tasks.is_cancel_asked(db, self._task):
            raise TaskCancelled

    def keep_account(self, db: Session, *, now: datetime) -> bool:
        return tasks.renew(db, [self._task], now=now)[0]
