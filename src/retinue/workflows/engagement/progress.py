"""What a session can say about itself while it works; read by the heartbeat's thread."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from datetime import datetime

from retinue.capabilities.sessions.schemas import Beat, Sample


class Progress:
    """Written by the working thread, read by the heartbeat's."""

    def __init__(self, *, now: datetime) -> None:
        self._lock = threading.Lock()
        self._alive_at = now
        self._counters: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._job: str | None = None
        self._target: str | None = None
        self._percent = 0
        self._error: str | None = None

    def alive(self, now: datetime) -> None:
        with self._lock:
            self._alive_at = now

    def at(self, *, job: str | None, target: str | None = None) -> None:
        with self._lock:
            self._job, self._target = job, target

    def count(self, action: str, result: str) -> None:
        with self._lock:
            self._counters[action][result] += 1

    def counted(self, action: str, result: str) -> int:
        with self._lock:
            return self._counters[action][result]

    def total(self, result: str) -> int:
        with self._lock:
            return sum(found[result] for found in self._counters.values())

    def percent(self, value: float) -> None:
        with self._lock:
            self._percent = max(0, min(100, round(value)))

    def failed(self, message: str) -> None:
        with self._lock:
            self._error = message

    def beat(self, *, sample: Sample | None = None) -> Beat:
        with self._lock:
            return Beat(
                alive_at=self._alive_at,
                counters={action: dict(found) for action, found in self._counters.items()},
                current_job=self._job,
                current_target=self._target,
                progress=self._percent,
                last_error=self._error,
                sample=sample,
            )
