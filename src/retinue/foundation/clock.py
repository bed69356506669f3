"""
Time as an argument.

This is the only module that reads the machine's clock. Everything else is
given a `Clock`, so that a week can be rehearsed in seconds.

What is stored and shown is the time of that clock, all of it. Where it runs fast, what keeps the
processes together (leases, signs of life, timeouts) lasts as long as ever on the machine: such a
span is said with `real`. See docs/decisions/0013-a-clock-that-runs-fast.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
        """At the pace of `now`, and it goes on while the machine sleeps."""
        ...

    def wall_now(self) -> datetime:
        """What the machine's clock says, for those outside who know no other: one-time codes, say."""
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

    def wall_now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        if until is not None:
            return until.wait(max(0.0, seconds))
        time.sleep(max(0.0, seconds))
        return False


@dataclass(frozen=True, slots=True)
class Anchor:
    """The clock showed `shown` when the machine's said `wall`; since then it runs at `factor`."""

    wall: datetime
    shown: datetime
    factor: float

    def at(self, wall: datetime) -> datetime:
        return self.shown + (wall - self.wall) * self.factor


class PacedClock(SystemClock):
    """
    A clock that shows another time than the machine's, and runs faster. Sleeping and measuring
    stay the machine's: whoever waits for a moment looks at `now` again.
    """

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor

    def now(self) -> datetime:
        return self.anchor.at(self.wall_now())

    def since_boot(self) -> float:
        return super().since_boot() * self.anchor.factor


class _Pace:
    """How fast the clock of this process runs. One process works on one installation."""

    factor = 1.0


def pace() -> float:
    return _Pace.factor


@contextmanager
def at_pace_of(clock: Clock) -> Iterator[None]:
    """Let `real` mean spans on this clock until the block ends."""
    before = _Pace.factor
    _Pace.factor = clock.anchor.factor if isinstance(clock, PacedClock) else 1.0
    try:
        yield
    finally:
        _Pace.factor = before


def real(span: timedelta) -> timedelta:
    """How far the clock goes while so much time passes on the machine."""
    return span * _Pace.factor if _Pace.factor != 1.0 else span


def real_seconds(span: timedelta) -> float:
    """How many of the machine's seconds pass while the clock goes so far."""
    return span.total_seconds() / _Pace.factor


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

    def wall_now(self) -> datetime:
        return self.now()

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
