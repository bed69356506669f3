"""What a job is in code: a name and the function behind it."""

from __future__ import annotations

from collections.abc import Callable
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
