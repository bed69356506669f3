"""
How the function of a task says that it did not get to its end.

    TaskFailed      an attempt has failed; the queue decides whether there is another
    TaskWaits       it cannot go on now, through nobody's fault
    TaskCancelled   an operator has asked for its end; raised by its report
    TaskLost        it has gone to another worker meanwhile; raised by its report
"""

from __future__ import annotations

from datetime import datetime

from retinue.capabilities.tasks.models import WaitingFor
from retinue.capabilities.tasks.schemas import TaskFailure


class TaskFailed(Exception):
    def __init__(self, failure: TaskFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class TaskWaits(Exception):
    """`until` is none where a person decides."""

    def __init__(self, waiting_for: WaitingFor, until: datetime | None, why: str) -> None:
        super().__init__(why)
        self.waiting_for = waiting_for
        self.until = until
        self.why = why


class TaskCancelled(Exception):
    pass


class TaskLost(Exception):
    pass
