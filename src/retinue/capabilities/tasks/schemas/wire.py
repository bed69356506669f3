"""What is asked of the queue, and how tasks and batches are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.tasks.models import Priority, TaskStatus, TaskType, WaitingFor

_Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
_AccountId = Annotated[int, Field(ge=1, lt=2**63)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BatchItem(_Body):
    """One task of a batch: about whom or by whom, and what exactly."""

    account: _Name | None = Field(
        default=None, description="Login or account number of whom it is about, or who acts."
    )
    account_id: _AccountId | None = Field(default=None, description="The same by id.")
    worker_account: _Name | None = Field(
        default=None, description="Who looks up; chosen among the free ones unless given."
    )
    params: dict[str, Any] = Field(default_factory=dict, description="As the type takes them.")

    @model_validator(mode="after")
    def _names_one_account(self) -> BatchItem:
        if self.account is not None and self.account_id is not None:
            raise ValueError("give account or account_id, not both")
        return self


class TaskCreate(BatchItem):
    type: TaskType
    priority: Priority | None = Field(
        default=None, description="1 high to 4 batch; the type's own unless given."
    )


class BatchCreate(_Body):
    type: TaskType
    name: str | None = Field(default=None, min_length=1, max_length=190, pattern=r"^[^\x00-\x1f]*$")
    priority: Priority = Field(default=Priority.batch, description="Of all its tasks.")
    tasks: list[BatchItem] = Field(min_length=1, max_length=1000)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """`account_ids` are the only accounts whose tasks the caller may see; none means all."""

    statuses: tuple[TaskStatus, ...] = ()
    types: tuple[TaskType, ...] = ()
    account_id: int | None = None
    batch_id: str | None = None
    waiting_for: WaitingFor | None = None
    priority: Priority | None = None
    account_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class BatchFilter:
    type: TaskType | None = None
    is_open: bool | None = None


class TaskMetrics(BaseModel):
    """Of the last attempt, `duration` in seconds; `retries` of all of them."""

    start_time: datetime | None
    end_time: datetime | None
    duration: float | None
    retries: int


class TaskRead(BaseModel):
    """
    A task as it stands. A pending one says what it waits for, until when and why; one that runs says
    so where its worker does not report any more.
    """

    id: str
    type: TaskType
    status: TaskStatus
    priority: Priority
    account_id: int | None
    account: str | None
    worker_account_id: int | None
    worker_account: str | None
    batch_id: str | None
    chunk: int | None
    position: int | None
    params: dict[str, Any]
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    reason: str | None
    progress: int
    note: str | None
    waiting_for: WaitingFor | None
    waiting_until: datetime | None
    waiting_why: str | None
    due_at: datetime
    attempts: int
    metrics: TaskMetrics
    requested_by: str
    created_at: datetime


class Counts(BaseModel):
    """Tasks by status."""

    pending: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.pending + self.running + self.completed + self.failed

    @property
    def progress(self) -> int:
        """Percent that has ended, rounded down: 100 only when all has."""
        return 100 * (self.completed + self.failed) // self.total if self.total else 100


class ChunkRead(BaseModel):
    """Up to a hundred tasks of a batch in the order in which they were given."""

    chunk: int
    counts: Counts
    progress: int


class BatchRead(BaseModel):
    id: str
    type: TaskType
    name: str | None
    priority: Priority
    size: int
    counts: Counts
    progress: int
    chunks: list[ChunkRead] = Field(description="Empty in lists.")
    requested_by: str
    created_at: datetime
    finished_at: datetime | None


class TaskQuery(BaseModel):
    """The filters of the list; several of `status` and `type` mean any of them."""

    model_config = ConfigDict(extra="forbid")

    status: list[TaskStatus] = Field(default_factory=list)
    type: list[TaskType] = Field(default_factory=list)
    account_id: _AccountId | None = None
    account: _Name | None = Field(default=None, description="Login or account number.")
    batch_id: str | None = Field(default=None, max_length=36, pattern=r"^[A-Za-z0-9_-]+$")
    waiting_for: WaitingFor | None = None
    priority: Priority | None = None
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class BatchQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: TaskType | None = None
    open: bool | None = Field(default=None, description="Whether something of it is still to do.")
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class ResultFormat(StrEnum):
    csv = "csv"
    json = "json"


class BatchResults(BaseModel):
    """The file of results as JSON."""

    batch: BatchRead
    tasks: list[TaskRead]
