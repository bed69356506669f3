"""What goes first, and how batches share the places."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, TypeVar

from retinue.capabilities.tasks.models import Priority, TaskType

CHUNK = 100
LARGEST_BATCH = 1000

_BY_TYPE: Mapping[TaskType, Priority] = {
    TaskType.validate_account: Priority.high,
    TaskType.recover_account: Priority.high,
    TaskType.rotate_password: Priority.high,
    TaskType.refresh_cookies: Priority.high,
    TaskType.check_proxy: Priority.high,
    TaskType.update_profile: Priority.medium,
    TaskType.follow: Priority.medium,
    TaskType.lookup_profile: Priority.low,
    TaskType.lookup_posts: Priority.low,
}


class _Typed(Protocol):
    @property
    def type(self) -> TaskType: ...


Waiting = TypeVar("Waiting", bound=_Typed)


def priority_of(type: TaskType) -> Priority:  # noqa: A002 - the word of the contract
    """Of a task that stands alone."""
    return _BY_TYPE[type]


def chunk_of(position: int) -> int:
    """The chunk, counted from 0, of a task at a position, counted from 0."""
    return position // CHUNK


@dataclass(slots=True)
class Room:
    """
    What a worker can take. `places` are free ones; of a type in `ahead` so many more may be taken
    than there are places, because they are over in no time; of a type in `at_most` no more than that.
    """

    places: int
    ahead: dict[TaskType, int] = field(default_factory=dict)
    at_most: dict[TaskType, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.places + sum(self.ahead.values())

    def admits(self, type: TaskType) -> bool:  # noqa: A002
        if self.at_most.get(type, 1) <= 0:
            return False
        return self.places > 0 or self.ahead.get(type, 0) > 0

    def take(self, type: TaskType) -> None:  # noqa: A002
        if type in self.at_most:
            self.at_most[type] -= 1
        if self.ahead.get(type, 0) > 0:
            self.ahead[type] -= 1
        else:
            self.places -= 1

    def put_back(self, type: TaskType) -> None:  # noqa: A002
        """What was taken is not taken after all."""
        if type in self.at_most:
            self.at_most[type] += 1
        if type in self.ahead:
            self.ahead[type] += 1
        else:
            self.places += 1

    def keep_one(self) -> None:
        """A place that batch work may not have: somebody of priority 1 will need it."""
        self.places = max(0, self.places - 1)
        self.ahead.clear()


def in_turn(lanes: Sequence[Sequence[Waiting]]) -> list[Waiting]:
    """One of each lane after the other, each lane in its own order, so that none takes all places from another."""
    left = deque(iter(lane) for lane in lanes)
    order: list[Waiting] = []
    while left:
        lane = left.popleft()
        one = list(islice(lane, 1))
        if one:
            order += one
            left.append(lane)
    return order
