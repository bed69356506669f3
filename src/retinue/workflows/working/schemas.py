"""What a type of task is in code, and what came of one run of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from retinue.capabilities.safety.schemas import Failure
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, Lint, TaskFailure
from retinue.foundation.runtime import Runtime


class Reporting(Protocol):
    def __call__(self, progress: int, note: str | None = None) -> None:
        """
        Say how far the task is, in percent, and perhaps at what; written at most once a second.

        Raises:
            TaskCancelled: an operator has asked for its end.
            TaskLost: it has gone to another worker meanwhile.
        """
        raise NotImplementedError


Run = Callable[[Runtime, ClaimedTask, Reporting], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class TaskFunction:
    """
    `run` opens its own transactions and may be repeated: a worker can die after the work, before
    it is written down. It holds the lease of the task's account while it runs. `at_once` says how
    many a worker may run side by side; none leaves that to its places. `close` ends what the function
    keeps open in the process between two runs; it may be called twice, and for nothing.
    """

    type: TaskType
    run: Run
    lint: Lint
    at_once: Callable[[Runtime], int] | None = None
    close: Callable[[Runtime], None] | None = None


class Registry(Mapping[TaskType, TaskFunction]):
    """The functions that one process can run. A task of another type is left for a process that knows it."""

    def __init__(self, functions: Iterable[TaskFunction]) -> None:
        self._functions: dict[TaskType, TaskFunction] = {}
        for function in functions:
            if function.type in self._functions:
                message = f"two functions claim the task type {function.type}"
                raise ValueError(message)
            self._functions[function.type] = function

    def __getitem__(self, type: TaskType) -> TaskFunction:  # noqa: A002 - the word of the contract
        return self._functions[type]

    def __iter__(self) -> Iterator[TaskType]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


@dataclass(frozen=True, slots=True)
class Wish:
    """To be looked at again, and why."""

    waiting_for: WaitingFor
    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    Of one run: a result, a failure, a wish to wait, or nothing where it was not begun.
    `account_failure` is what the account's own books have to know. `seconds` is how long it took.
    """

    task: ClaimedTask
    seconds: float = 0.0
    is_done: bool = False
    result: Mapping[str, Any] | None = None
    failure: TaskFailure | None = None
    account_failure: Failure | None = None
    wish: Wish | None = None
    is_lost: bool = False
