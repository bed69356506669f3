"""How a session is watched and held while it works: what it says of itself, and the reins that stop it."""

from __future__ import annotations

import threading
from datetime import datetime

from retinue.capabilities.sessions.schemas import Beat, Ending, Sample
from retinue.foundation.clock import Clock


class Reins:
    """Stops a session from another thread. The first pull counts; `stop` wakes whoever waits."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._ending: Ending | None = None
        self._lock = threading.Lock()

    def pull(self, ending: Ending) -> None:
        with self._lock:
            self._ending = self._ending or ending
        self.stop.set()

    @property
    def ending(self) -> Ending | None:
        with self._lock:
            return self._ending


class Progress:
    """
    What the session is doing, written by the one thread that works and read by the one that reports.

    Every note is also a sign of life: a session that hangs inside a call gives none.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counters: dict[str, dict[str, int]] = {}
        self._job: str | None = None
        self._target: str | None = None
        self._percent = 0
        self._last_error: str | None = None
        self._alive_at = clock.now()

    def touch(self) -> None:
        with self._lock:
            self._alive_at = self._clock.now()

    def begin_job(self, job: str | None) -> None:
        with self._lock:
            self._job, self._target = job, None
            self._alive_at = self._clock.now()

    def face(self, target: str | None) -> None:
        with self._lock:
            self._target = target
            self._alive_at = self._clock.now()

    def count(self, action: str, status: str) -> None:
        with self._lock:
            by_status = self._counters.setdefault(action, {})
            by_status[status] = by_status.get(status, 0) + 1
            self._alive_at = self._clock.now()

    def reach(self, percent: float) -> None:
        """Progress never goes back."""
        with self._lock:
            self._percent = max(self._percent, min(100, int(percent)))

    def trouble(self, message: str) -> None:
        with self._lock:
            self._last_error = message[:2000]

    @property
    def alive_at(self) -> datetime:
        with self._lock:
            return self._alive_at

    def told(self, sample: Sample | None = None) -> Beat:
        with self._lock:
            return Beat(
                alive_at=self._alive_at,
                counters={action: dict(counts) for action, counts in self._counters.items()},
                current_job=self._job,
                current_target=self._target,
                progress=self._percent,
                last_error=self._last_error,
                sample=sample,
            )
