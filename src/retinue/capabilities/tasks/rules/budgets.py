"""
Rate budgets: how often an account may do something in a span, and when it may again.

Spans slide. Uses are the moments at which something was begun, in any order.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.capabilities.tasks.models import LOOK_UPS, TaskType

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


class Operation(StrEnum):
    look_up = "look_up"
    follow = "follow"


@dataclass(frozen=True, slots=True)
class Budget:
    limit: int
    span: timedelta

    @property
    def in_words(self) -> str:
        return f"{self.limit} in {_in_words(self.span)}"


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of one budget within its span."""

    number: int = 0
    oldest: datetime | None = None
    last: datetime | None = None

    def and_one(self, at: datetime) -> Used:
        return Used(self.number + 1, self.oldest or at, at)

    def less_one(self) -> Used:
        """Without the last, which came to nothing, where it has not to stand apart from the one before."""
        return Used(self.number - 1, self.oldest, self.last) if self.number > 1 else Used()


@dataclass(frozen=True, slots=True)
class Budgets:
    """`apart` is the least time between two uses of an account; `of_all` is of all accounts together."""

    of_account: tuple[Budget, ...]
    apart: timedelta = timedelta(0)
    of_all: Budget | None = None

    @property
    def in_words(self) -> str:
        """Of one account."""
        apart = [f"{_in_words(self.apart)} apart"] if self.apart else []
        return ", ".join([*(budget.in_words for budget in self.of_account), *apart])

    @property
    def longest(self) -> timedelta:
        return max((budget.span for budget in self.of_account), default=timedelta(0))


def operation_of(type: TaskType) -> Operation | None:  # noqa: A002 - the word of the contract
    """What a type draws on; none where nothing limits it."""
    if type in LOOK_UPS:
        return Operation.look_up
    return Operation.follow if type is TaskType.follow else None


def in_force(settings: RuntimeSettings) -> Mapping[Operation, Budgets]:
    follow = settings.limit_for("follow")
    return {
        Operation.look_up: Budgets(
            (Budget(settings.lookups_per_account, QUARTER),),
            of_all=Budget(settings.lookups_per_15_minutes, QUARTER),
        ),
        Operation.follow: Budgets(
            (Budget(follow.per_hour, HOUR), Budget(follow.per_day, DAY)),
            apart=timedelta(seconds=follow.seconds_apart),
        ),
    }


def free_in_all(
    uses: Iterable[Iterable[datetime]],
    budgets: Budgets,
    *,
    of_all: Sequence[datetime],
    now: datetime,
) -> int:
    """How many may be begun now by accounts of which each has a row in `uses`; `of_all` are everybody's."""
    free = sum(free_now(row, budgets, now=now) for row in uses)
    if budgets.of_all is None:
        return free
    left = budgets.of_all.limit - _within(sorted(of_all), budgets.of_all.span, now)
    return max(0, min(free, left))


def free_now(uses: Iterable[datetime], budgets: Budgets, *, now: datetime) -> int:
    """How many one account may begin in the spans that end now. Where they have to stand apart, one at most."""
    moments = sorted(uses)
    free = min((b.limit - _within(moments, b.span, now) for b in budgets.of_account), default=1)
    if budgets.apart:
        free = min(free, 1) if not moments or moments[-1] + budgets.apart <= now else 0
    return max(0, free)


def next_at(
    uses: Iterable[datetime], budgets: Sequence[Budget], *, apart: timedelta, now: datetime
) -> datetime | None:
    """When the next may begin, `now` at the earliest; none where a limit of 0 forbids it for good."""
    moments = sorted(uses)
    at = max(now, moments[-1] + apart) if moments else now
    for budget in budgets:
        if budget.limit <= 0:
            return None
        # The use that has to leave the span so that there is room for one more.
        if len(moments) >= budget.limit:
            at = max(at, moments[-budget.limit] + budget.span)
    return at


def free_at(
    used: Sequence[Used], budgets: Sequence[Budget], *, apart: timedelta, now: datetime
) -> datetime | None:
    """As `next_at`, from counts: what was used of each budget, in the same order."""
    at = now
    for seen, budget in zip(used, budgets, strict=True):
        if budget.limit <= 0:
            return None
        if seen.number >= budget.limit and seen.oldest is not None:
            at = max(at, seen.oldest + budget.span)
        if seen.last is not None:
            at = max(at, seen.last + apart)
    return at


def done_at(
    uses: Sequence[Sequence[datetime]],
    budgets: Budgets,
    *,
    number: int,
    now: datetime,
    of_all: Sequence[datetime] = (),
) -> datetime | None:
    """
    When the last of `number` can begin, if every account begins whatever it may at once; `uses`
    has a row for each account, `of_all` are everybody's. None where that never comes.
    """
    rows = [sorted(row) for row in uses]
    together = sorted(of_all)
    shared = () if budgets.of_all is None else (budgets.of_all,)
    ahead: list[tuple[datetime, int]] = []
    for index, row in enumerate(rows):
        at = next_at(row, budgets.of_account, apart=budgets.apart, now=now)
        if at is not None:
            ahead.append((at, index))
    heapq.heapify(ahead)
    last = now
    for _ in range(number):
        if not ahead:
            return None
        own, index = heapq.heappop(ahead)
        free = next_at(together, shared, apart=timedelta(0), now=max(own, last))
        if free is None:
            return None
        last = free
        rows[index].append(last)
        together.append(last)
        at = next_at(rows[index], budgets.of_account, apart=budgets.apart, now=last)
        if at is not None:
            heapq.heappush(ahead, (at, index))
    return last


def _within(moments: Sequence[datetime], span: timedelta, now: datetime) -> int:
    return len(moments) - bisect_right(moments, now - span)


def _in_words(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0 and seconds >= size:
            number = seconds // size
            return f"{number} {name}{'s' if number > 1 else ''}"
    return "no time"
