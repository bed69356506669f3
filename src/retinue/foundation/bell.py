"""
A wake-up between threads of one process.

A bell only shortens a wait. Whoever listens also polls, because what happened in
another process rings no bell here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from retinue.foundation.database import on_commit


class Bell:
    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._listeners: list[threading.Event] = []

    @contextmanager
    def heard_by(self, listener: threading.Event) -> Iterator[None]:
        """`listener` is set at each ring until the block ends."""
        with self._lock:
            self._listeners.append(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)

    def ring(self) -> None:
        with self._lock:
            for listener in self._listeners:
                listener.set()

    def ring_on_commit(self, db: Session) -> None:
        """Ring once after the transaction of `db`, however often it is asked for."""
        marker = f"retinue.bell.{self._name}"
        if marker not in db.info:
            db.info[marker] = True
            on_commit(db, self.ring)
