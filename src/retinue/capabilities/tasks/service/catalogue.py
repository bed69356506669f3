"""
What this installation can run.

The list of functions stands above this slice, so whoever starts a process hands it down once,
before anything is asked for. What is not on it is refused when it is asked for, not left to wait.
"""

from __future__ import annotations

from collections.abc import Mapping

from retinue.capabilities.tasks.errors import TypeNotRunnable
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import Lint
from retinue.foundation.errors import Problem

_lints: dict[TaskType, Lint] = {}


def install(lints: Mapping[TaskType, Lint]) -> None:
    """Replaces what was installed before."""
    _lints.clear()
    _lints.update(lints)


def runnable() -> list[TaskType]:
    return sorted(_lints)


def lint_of(type: TaskType) -> Lint:  # noqa: A002 - the word of the contract
    """
    Raises:
        TypeNotRunnable: nothing here runs it; names what can be run.
    """
    lint = _lints.get(type)
    if lint is None:
        can = ", ".join(one.value for one in runnable()) or "nothing yet"
        message = f"is not run by this installation; it runs: {can}"
        raise TypeNotRunnable(
            f"type: {type.value} {message}.",
            problems=[Problem(("type",), message)],
            runnable=[one.value for one in runnable()],
        )
    return lint
