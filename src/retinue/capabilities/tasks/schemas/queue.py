"""The queue and its capacity at one glance."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from retinue.capabilities.tasks.models import TaskType, WaitingFor


class WaitingGroup(BaseModel):
    """Pending tasks that wait for the same thing, with what the one that is due first says."""

    waiting_for: WaitingFor
    number: int
    next_until: datetime | None
    why: str | None


class RunningRead(BaseModel):
    """A task in a worker's hands. The note says so where the worker does not report any more."""

    task_id: str
    type: TaskType
    account_id: int | None
    account: str | None
    batch_id: str | None
    progress: int
    note: str | None
    start_time: datetime | None
    worker: str
    seconds: float


class WorkerRead(BaseModel):
    id: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    places: int
    busy: int
    types: list[str]
    is_lost: bool
    """Silent for more than 30 seconds."""


class QueueRead(BaseModel):
    """`depth` is pending tasks by priority, `runnable` what can be asked for here."""

    at: datetime
    depth: dict[str, int]
    pending: int
    running: int
    waiting: list[WaitingGroup]
    oldest_due_at: datetime | None
    """Since when the one that has waited longest for its turn only has been due."""
    running_tasks: list[RunningRead]
    workers: list[WorkerRead]
    completed_last_minute: int
    failed_last_minute: int
    completed_last_hour: int
    failed_last_hour: int
    runnable: list[TaskType]


class OperationCapacity(BaseModel):
    """
    What can be begun of one kind of work. `accounts` may do it by their state; `free_now` are uses
    that their budgets, or the free places, allow at this moment.
    """

    operation: str
    types: list[TaskType]
    accounts: int | None
    free_now: int
    next_free_at: datetime | None = Field(
        description="When at least one can begin; null where that cannot be told."
    )
    asked: int
    seconds_until_done: float | None = Field(
        description="Until a batch of `asked` is done; null where it never would be."
    )
    pending: int


class CapacityRead(BaseModel):
    at: datetime
    operations: list[OperationCapacity]
