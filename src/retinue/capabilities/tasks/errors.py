"""
What the queue refuses.

    Refusal
    |-- NotFound
    |   |-- TaskNotFound
    |   `-- BatchNotFound
    |-- Conflict
    |   |-- TaskNotOpen       it has ended already
    |   |-- TaskNotFailed     only what has failed can be tried again
    |   `-- NothingFailed     the batch has no failed task
    `-- Invalid
        `-- TypeNotRunnable   no function of this installation runs the type; says which ones can be
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Invalid, NotFound


class TaskNotFound(NotFound):
    """There is no task with that id."""

    code = "task_not_found"


class BatchNotFound(NotFound):
    """There is no batch with that id."""

    code = "batch_not_found"


class TaskNotOpen(Conflict):
    """The task has ended, or has not failed."""

    code = "task_not_open"


class TaskNotFailed(Conflict):
    """The task has ended, or has not failed."""

    code = "task_not_failed"


class NothingFailed(Conflict):
    """No task of the batch has failed."""

    code = "nothing_failed"


class TypeNotRunnable(Invalid):
    """Nothing in this installation runs tasks of the type."""

    code = "task_type_not_runnable"
