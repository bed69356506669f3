"""
Named points at which a crash test ends the process.

In production nothing is ever installed, and `reach` is one comparison. The
process that installs a handler lives under `tests/`.
"""

from __future__ import annotations

from collections.abc import Callable

_handler: Callable[[str], None] | None = None


def install(handler: Callable[[str], None] | None) -> None:
    global _handler  # noqa: PLW0603 - one process, one handler, set before any thread starts
    _handler = handler


def reach(name: str) -> None:
    if _handler is not None:
        _handler(name)
