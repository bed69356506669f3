"""How long tasks take, and how many of them it is worth taking at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from retinue.capabilities.tasks.models import TaskType
from retinue.workflows.working.schemas import Outcome

LARGEST = 200
QUICK_SECONDS = 0.02
_WORTH_SECONDS = 0.25
"""So much work may lie ready: whoever is more urgent waits no longer than that."""
_NEWEST = 0.2


class Paces:
    """A moving average for each type, because one slow answer is no reason to change everything."""

    def __init__(self) -> None:
        self._seconds: dict[TaskType, float] = {}

    def learn(self, outcomes: Iterable[Outcome]) -> None:
        sums: dict[TaskType, tuple[float, int]] = {}
        for one in outcomes:
            total, number = sums.get(one.task.type, (0.0, 0))
            sums[one.task.type] = total + one.seconds, number + 1
        for kind, (total, number) in sums.items():
            mean = total / number
            known = self._seconds.get(kind, mean)
            self._seconds[kind] = known + (mean - known) * _NEWEST

    def is_quick(self, type: TaskType) -> bool:  # noqa: A002 - the word of the contract
        """A type that has never run is taken for slow."""
        return self._seconds.get(type, QUICK_SECONDS) < QUICK_SECONDS

    def ahead(self, in_hand: Mapping[TaskType, int]) -> dict[TaskType, int]:
        """How many more of each quick type may lie ready."""
        return {
            kind: more
            for kind in self._seconds
            if self.is_quick(kind) and (more := self._most(kind) - in_hand.get(kind, 0)) > 0
        }

    def is_well_stocked(self, in_hand: Mapping[TaskType, int]) -> bool:
        """Whether so much lies ready that nobody needs to ask for more yet."""
        return any(
            in_hand[kind] * 2 > self._most(kind) for kind in self._seconds if in_hand.get(kind)
        )

    def _most(self, kind: TaskType) -> int:
        return min(LARGEST, max(1, int(_WORTH_SECONDS / max(self._seconds[kind], 1e-5))))
