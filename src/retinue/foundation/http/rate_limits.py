"""
How much one caller may ask of one route.

`limits` reads the notation. The books lie in this process, so losing Redis or the
database loses no limit; they are kept here, because every request writes into them and the
library's way there costs more than many a route.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

from limits import RateLimitItem, parse

from retinue.foundation.clock import Clock, SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.errors import TooMany

_MOST_COUNTERS = 50_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit. `reset` is seconds until all of it is there again."""

    limit: int
    remaining: int
    reset: int
    is_spent: bool

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        return (
            (b"x-ratelimit-limit", b"%d" % self.limit),
            (b"x-ratelimit-remaining", b"%d" % self.remaining),
            (b"x-ratelimit-reset", b"%d" % self.reset),
        )


class RateLimits:
    def __init__(self, configuration: Configuration, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._windows = _Windows()
        self._normal = parse(configuration.rate_limit)
        self._heavy = parse(configuration.heavy_rate_limit)
        self._local = parse(configuration.local_rate_limit)

    def spend(self, caller: str, route: str, *, is_local: bool = False) -> Allowance:
        """One more request. `is_local` is a caller of this machine in demo mode, whom nothing normal slows down."""
        return self._spend(self._local if is_local else self._normal, caller, route)

    def spend_heavy(self, caller: str, route: str) -> Allowance:
        """One more request to a route that costs a lot, whoever asks."""
        return self._spend(self._heavy, "heavy", caller, route)

    def _spend(self, item: RateLimitItem, *key: str) -> Allowance:
        # Of the wall clock a step back would shut callers out for as long.
        now = self._clock.monotonic()
        count, end = self._windows.count(key, seconds=item.get_expiry(), now=now)
        reset = max(0, math.ceil(end - now))
        return Allowance(
            item.amount, max(0, item.amount - count), reset, is_spent=count > item.amount
        )


def refusal_of(allowance: Allowance) -> TooMany:
    return TooMany(
        f"More than {allowance.limit} requests; the next one is answered in {max(1, allowance.reset)} s.",
        retry_after=max(1, allowance.reset),
    )


class _Windows:
    """Counters that each begin with a first request and end some seconds later, swept when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: dict[tuple[str, ...], tuple[int, float]] = {}

    def count(self, key: tuple[str, ...], *, seconds: float, now: float) -> tuple[int, float]:
        """One more. How many there are in the window now, and when it ends."""
        with self._lock:
            count, end = self._counters.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + seconds
                if len(self._counters) >= _MOST_COUNTERS:
                    self._sweep(now)
            self._counters[key] = (count + 1, end)
        return count + 1, end

    def _sweep(self, now: float) -> None:
        self._counters = {key: value for key, value in self._counters.items() if value[1] > now}
        if len(self._counters) >= _MOST_COUNTERS:
            # So many callers at once are one caller under many names; starting over is the smaller harm.
            self._counters.clear()
