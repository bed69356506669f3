"""What passes between the queue and whoever runs its tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskType
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.errors import Problem

Lint = Callable[[Session, dict[str, Any]], list[Problem]]
"""Says what is wrong with the params of one task, each place within them."""


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """
    One task in somebody's hands. Whatever is written for it carries its fence, and nothing is
    written once the fence has moved on. `account_fence` is that of the account's lease, which is
    held for as long as the task is: what reserves an act of the account asks for it.
    """

    id: str
    type: TaskType
    account_id: int | None
    worker_account_id: int | None
    params: Mapping[str, Any]
    fence: int
    holder: str
    attempts: int
    batch_id: str | None
    due_at: datetime
    retries: int = 0
    backoff_step: int = 0
    account_fence: int | None = None
    started_at: datetime | None = None

    @property
    def busy_account_id(self) -> int | None:
        """The account that works: a worker account for look-ups, otherwise whom the task is about."""
        return self.account_id if self.worker_account_id is None else self.worker_account_id


PROXY = "proxy"
"""As the source of a failure: the way out, and not the network."""


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """
    One failed attempt. `retry_after` is in seconds. `code` names it for programs, the failure
    class where nothing more is known; `source` says who has said so.
    """

    failure_class: FailureClass
    message: str
    phase: CallPhase = CallPhase.answered
    retry_after: float | None = None
    code: str | None = None
    source: str = "network"

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code or self.failure_class.value,
            "class": self.failure_class.value,
            "message": self.message,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Leeway:
    """
    What a worker can take beside its free places: of a type in `ahead` so many more, because they
    are over in no time; of a type in `at_most` no more than that.
    """

    ahead: Mapping[TaskType, int] = field(default_factory=dict)
    at_most: Mapping[TaskType, int] = field(default_factory=dict)
    places: int = 0


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a worker says of itself every five seconds."""

    worker_id: str
    host: str
    pid: int
    started_at: datetime
    places: int
    busy: int
    types: Sequence[TaskType]


@dataclass(frozen=True, slots=True)
class Settled:
    """One task that was done, with what came of it."""

    task: ClaimedTask
    result: Mapping[str, Any] | None = None
