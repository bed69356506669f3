"""
A wake-up between threads, and between processes where a carrier is at work.

A bell only shortens a wait. Whoever listens also polls: a message may be lost, and without
Redis what happened in another process rings no bell here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy.orm import Session

from retinue.foundation.database import on_commit


class Carrier(Protocol):
    """What tells other processes that a bell has rung in this one."""

    @property
    def is_through(self) -> bool:
        """Whether others hear it at present."""

    def carry(self, bell: str, ids: Sequence[str]) -> None:
        """Must neither wait nor raise: it is called by whoever has just committed."""


class Bell:
    """There is one of each name in a process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._listeners: list[threading.Event] = []
        _bells[name] = self

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

    def ring(self, ids: Sequence[str] = ()) -> None:
        """Here and wherever it is carried to. `ids` say what it is about, to people mostly."""
        self.ring_here()
        for carrier in tuple(_carriers):
            carrier.carry(self.name, ids)

    def ring_here(self) -> None:
        with self._lock:
            for listener in self._listeners:
                listener.set()

    def ring_on_commit(self, db: Session, ids: Sequence[str] = ()) -> None:
        """Ring once after the transaction of `db`, about everything that was named, however often it is asked for."""
        marker = f"retinue.bell.{self.name}"
        about: list[str] | None = db.info.get(marker)
        if about is None:
            about = db.info[marker] = []
            named = about
            on_commit(db, lambda: self.ring(named))
        about.extend(ids)


_bells: dict[str, Bell] = {}
_carriers: list[Carrier] = []


def ring_here(name: str) -> None:
    """For a message of another process. A name that nobody knows here is none of our business."""
    bell = _bells.get(name)
    if bell is not None:
        bell.ring_here()


def ring_all_here() -> None:
    """Something may have been missed: everybody looks."""
    for bell in tuple(_bells.values()):
        bell.ring_here()


@contextmanager
def carried_by(carrier: Carrier) -> Iterator[None]:
    """Tell other processes of every ring until the block ends."""
    _carriers.append(carrier)
    try:
        yield
    finally:
        _carriers.remove(carrier)


def is_carried() -> bool | None:
    """Whether other processes hear this one; None where nothing is to carry it."""
    if not _carriers:
        return None
    return all(carrier.is_through for carrier in tuple(_carriers))
