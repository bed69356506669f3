"""What a job is in code: a name and the function behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from retinue.foundation.runtime import Runtime


@dataclass(frozen=True, slots=True)
class JobFunction:
    """`run` opens its own transactions and may be repeated: a process can die after the work, before `done`."""

    name: str
    run: Callable[[Runtime, dict[str, Any]], None]
    every: float | None = None
    """Seconds between two runs of a schedule that exists from the first start."""


class Registry(Mapping[str, JobFunction]):
    """The functions that one process can run. A row of another name is left for a process that knows it."""

    def __init__(self, functions: Iterable[JobFunction]) -> None:
        self._functions: dict[str, JobFunction] = {}
        for function in functions:
            if function.name in self._functions:
                message = f"two functions claim the job name {function.name}"
                raise ValueError(message)
            self._functions[function.name] = function

    def schedules(self) -> dict[str, float]:
        """Each schedule's name and its seconds between two runs."""
        return {name: one.every for name, one in self._functions.items() if one.every is not None}

    def __getitem__(self, name: str) -> JobFunction:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)
