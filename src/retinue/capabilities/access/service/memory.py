"""
Callers that were recognised a moment ago.

Recognising one costs a look into the database, and a browser or a bot comes back
many times a second. What this process changes is forgotten with its commit; what
another process changes, after a second.
"""

from __future__ import annotations

import itertools
import threading

from sqlalchemy.orm import Session

from retinue.foundation.database import on_commit
from retinue.foundation.http.principals import Principal

SECONDS = 1.0
_MOST = 10_000

_generations = itertools.count(1)
_generation = 0
_lock = threading.Lock()


def forget_after_commit(db: Session) -> None:
    on_commit(db, forget)


def forget() -> None:
    global _generation  # noqa: PLW0603 - one process, one memory of who it has let in
    with _lock:
        _generation = next(_generations)


def generation() -> int:
    """Take it before looking into the database, so that what changes meanwhile is not remembered."""
    return _generation


class Remembered:
    def __init__(self) -> None:
        self._known: dict[str, tuple[int, float, Principal]] = {}

    def find(self, key: str, *, at: float) -> Principal | None:
        found = self._known.get(key)
        if found is None:
            return None
        seen_generation, until, principal = found
        return principal if seen_generation == _generation and at < until else None

    def keep(self, key: str, principal: Principal, *, at: float, seen: int) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (seen, at + SECONDS, principal)
