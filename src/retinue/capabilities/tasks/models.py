from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text, partial_index


class TaskType(StrEnum):
    validate_account = "validate_account"
    recover_account = "recover_account"
    rotate_password = "rotate_password"  # noqa: S105 - a kind of work, not a password
    refresh_cookies = "refresh_cookies"
    check_proxy = "check_proxy"
    update_profile = "update_profile"
    follow = "follow"
    lookup_profile = "lookup_profile"
    lookup_posts = "lookup_posts"


class TaskStatus(StrEnum):
    pending = "pending"
    running = "running"
    completed = "completed"
    failed = "failed"


class Priority(IntEnum):
    high = 1
    medium = 2
    low = 3
    batch = 4


class WaitingFor(StrEnum):
    turn = "turn"
    """Nothing but a free place at a worker."""
    retry = "retry"
    account_busy = "account_busy"
    account_backoff = "account_backoff"
    rate_budget = "rate_budget"
    worker_account = "worker_account"
    proxy = "proxy"
    person = "person"
    paused = "paused"


LOOK_UPS = frozenset({TaskType.lookup_profile, TaskType.lookup_posts})
"""Done by a worker account, for nobody's account in particular."""

NO_LANE = ""
"""The lane of tasks that belong to no batch."""


class Task(Record):
    """
    `waiting_for` is empty where a pending task waits for its turn only. `busy_account_id` is the
    account that works while it runs: unique, so that the database itself keeps an account from
    doing two things at once. `lane` is the batch, or empty; the queue is read lane by lane.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        partial_index("status", "lane", "priority", "due_at", "id", where="status = 'pending'"),
        partial_index("lease_until", where="status = 'running'"),
        partial_index("waiting_for", "due_at", where="waiting_for IS NOT NULL"),
        Index("ix_tasks_shown", "status", "id"),
        Index(None, "batch_id", "position"),
        # Covers the counts of a batch, which are told whenever something of it ends.
        partial_index("batch_id", "chunk", "status", where="batch_id IS NOT NULL"),
        Index(None, "account_id", "due_at"),
        Index(None, "end_time"),
        UniqueConstraint("busy_account_id"),
    )

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    type: Mapped[TaskType]
    status: Mapped[TaskStatus]
    priority: Mapped[int] = mapped_column(SmallInteger)
    lane: Mapped[str] = mapped_column(id_text, default=NO_LANE)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    worker_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    worker_wish: Mapped[int | None] = mapped_column(BigInteger)
    """The worker account that was given by name; none lets the queue choose."""
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"))
    chunk: Mapped[int | None]
    position: Mapped[int | None]
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`{code, class, message, source}`; after a retry that helped, nothing."""
    reason: Mapped[str | None] = mapped_column(String(60))
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    note: Mapped[str | None] = mapped_column(String(255))
    waiting_for: Mapped[WaitingFor | None]
    waiting_until: Mapped[datetime | None]
    waiting_why: Mapped[str | None] = mapped_column(String(255))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    retries: Mapped[int] = mapped_column(default=0)
    backoff_step: Mapped[int] = mapped_column(default=0)
    """How often the delay has doubled; a rate limit sets it back."""
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]
    lease_holder: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    busy_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    account_fence: Mapped[int | None] = mapped_column(BigInteger)
    """The fence of the account's own lease, which the task holds while it runs."""
    is_cancel_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    requested_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]


class Batch(Record):
    """Up to a thousand tasks that were asked for at once. `finished_at` is set while none of them is open."""

    __tablename__ = "batches"
    __table_args__ = (
        partial_index("finished_at", "served_at", where="finished_at IS NULL"),
        Index(None, "created_at"),
    )

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    type: Mapped[TaskType]
    name: Mapped[str | None] = mapped_column(String(190))
    priority: Mapped[int] = mapped_column(SmallInteger)
    size: Mapped[int]
    served_at: Mapped[datetime]
    """When a worker last took something of it: whoever was served longest ago comes first."""
    requested_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class TaskUse(Record):
    """One start of a task that draws on a rate budget. Kept for a day."""

    __tablename__ = "task_uses"
    __table_args__ = (
        Index(None, "account_id", "operation", "at"),
        Index(None, "operation", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    operation: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    """Who acts."""
    task_id: Mapped[str] = mapped_column(id_text)
    at: Mapped[datetime]


class Worker(Record):
    """A process that runs tasks. Silent for thirty seconds means lost."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    """New with each start: a name that comes back would take what its predecessor left for its own."""
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    places: Mapped[int] = mapped_column(SmallInteger)
    busy: Mapped[int] = mapped_column(SmallInteger, default=0)
    types: Mapped[list[str]] = mapped_column(JSON)
