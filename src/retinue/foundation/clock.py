"""
Time as an argument.

This is the only module that reads the machine's clock. Everything else is
given a `Clock`, so that a week can be rehearsed in seconds.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for durations and timeouts."""
        ...

    def since_boot(self) -> float:
        """As `monotonic`, and it goes on while the machine sleeps."""
        ...

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        """Wait; end early when `until` is set, and say whether it was."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def since_boot(self) -> float:
        number = getattr(time, "CLOCK_BOOTTIME", None)
        # Where there is none, a machine that slept is taken for one whose clock has jumped.
        return time.monotonic() if number is None else time.clock_gettime(number)

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        if until is not None:
            return until.wait(max(0.0, seconds))
        time.sleep(max(0.0, seconds))
        return False


class ManualClock:
    """A clock that moves only when told to; sleeping moves it."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        with self._lock:
            return self._monotonic

    def since_boot(self) -> float:
        return self.monotonic()

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        if until is not None and until.is_set():
            return True
        self.advance(timedelta(seconds=max(0.0, seconds)))
        return False

    def advance(self, by: timedelta) -> None:
        with self._lock:
            self._now += by
            self._monotonic += by.total_seconds()

    def set(self, now: datetime) -> None:
        """Jump, as a wall clock may: the monotonic time stays."""
        with self._lock:
            self._now = now.astimezone(UTC)
