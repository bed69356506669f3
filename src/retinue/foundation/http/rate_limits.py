"""
How much one caller may ask of one route.

`limits` reads the notation and keeps the books; they lie in this process, so
losing Redis or the database loses no limit.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

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
        self._strategy = FixedWindowRateLimiter(_Counters(self._clock))
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
        is_allowed = self._strategy.hit(item, *key)
        stats = self._strategy.get_window_stats(item, *key)
        reset = max(0, math.ceil(stats.reset_time - self._clock.now().timestamp()))
        return Allowance(item.amount, max(0, stats.remaining), reset, is_spent=not is_allowed)


def refusal_of(allowance: Allowance) -> TooMany:
    return TooMany(
        f"More than {allowance.limit} requests; the next one is answered in {max(1, allowance.reset)} s.",
        retry_after=max(1, allowance.reset),
    )


class _Counters(Storage):
    """Counters with an end. The library's own starts a thread for each sweep; this one sweeps when it is full."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._counters: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = self._clock.now().timestamp()
        with self._lock:
            count, end = self._counters.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
            if len(self._counters) >= _MOST_COUNTERS and key not in self._counters:
                self._sweep(now)
            self._counters[key] = (count + amount, end)
            return count + amount

    def get(self, key: str) -> int:
        count, end = self._counters.get(key, (0, 0.0))
        return count if end > self._clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, (0, self._clock.now().timestamp()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self._lock:
            count = len(self._counters)
            self._counters.clear()
        return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._counters.pop(key, None)

    def _sweep(self, now: float) -> None:
        self._counters = {key: value for key, value in self._counters.items() if value[1] > now}
        if len(self._counters) >= _MOST_COUNTERS:
            # So many callers at once are one caller under many names; starting over is the smaller harm.
            self._counters.clear()
