"""
The cache that all processes share, in Redis.

A Redis that is away costs each thread one failed try a second at most, and what is asked for is
made anew. What should have been dropped meanwhile is dropped as soon as it is back, before
anything is read.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from retinue.foundation.cache.flights import Flight, Flights, made_by
from retinue.foundation.cache.protocol import Make
from retinue.foundation.clock import Clock
from retinue.foundation.randomness import new_id
from retinue.foundation.redis_away import Absence

logger = logging.getLogger(__name__)

T = TypeVar("T")

PREFIX = "retinue:cache:"
_SOCKET_SECONDS = 0.5
_HEALTH_SECONDS = 15
_MOST_OWED = 10_000
_LEASE_MS = 10_000
"""Longer than a value takes to make; whoever dies while making one holds the others up so long at most."""
_WAIT_SECONDS = 3.0
_LOOK_SECONDS = 0.02

# A value is kept only by who holds the lease, and `delete` takes the lease away: what was made
# from data of before is never kept after it.
_KEEP = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
"""
_GIVE_BACK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class RedisCache:
    """One Redis database serves one installation: names are not kept apart beyond `PREFIX`."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        """Reaches nothing yet."""
        self._clock = clock
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=_SOCKET_SECONDS,
            socket_connect_timeout=_SOCKET_SECONDS,
            health_check_interval=_HEALTH_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._keep = self._redis.register_script(_KEEP)
        self._give_back = self._redis.register_script(_GIVE_BACK)
        self._lock = threading.Lock()
        self._flights = Flights()
        self._owed: dict[str, object] = {}
        self._absence = Absence(
            "the cache in Redis does not answer (%s); nothing is lost, answers are made anew",
            clock=clock,
            logger=logger,
        )

    def close(self) -> None:
        self._redis.close()

    def get(self, key: str) -> bytes | None:
        return self._try(lambda: _as_bytes(self._redis.get(_place(key))))

    def set(self, key: str, value: bytes, *, ttl: float) -> None:
        if not ttl > 0:
            self.delete(key)
            return
        self._try(lambda: self._redis.set(_place(key), value, px=_milliseconds(ttl)))

    def delete(self, *keys: str) -> None:
        if not keys:
            return
        for key in keys:
            self._flights.outdate(key)
        if self._try(lambda: self._redis.unlink(*_places(keys))) is None:
            self._owe(keys)

    def once(self, key: str, make: Make, *, ttl: float) -> bytes:
        kept = self.get(key)
        if kept is not None:
            return kept

        def fly(flight: Flight) -> bytes:
            if flight.is_outdated:
                return made_by(make)
            holder = new_id()
            is_mine = self._try(
                lambda: bool(self._redis.set(_lease(key), holder, nx=True, px=_LEASE_MS))
            )
            if is_mine is False:
                made_elsewhere = self._wait_for(key, flight)
                if made_elsewhere is not None:
                    return made_elsewhere
            elif is_mine and (meanwhile := self.get(key)) is not None:
                # Another flight has landed between our look and our start.
                self._try(lambda: self._give_back(keys=[_lease(key)], args=[holder]))
                return meanwhile
            return self._fill(key, make, ttl=ttl, holder=holder if is_mine else None)

        return self._flights.take(key, fly)

    def _fill(self, key: str, make: Make, *, ttl: float, holder: str | None) -> bytes:
        try:
            made = made_by(make)
        except BaseException:
            if holder is not None:
                self._try(lambda: self._give_back(keys=[_lease(key)], args=[holder]))
            raise
        if holder is not None:
            milliseconds = _milliseconds(ttl) if ttl > 0 else 0
            self._try(
                lambda: self._keep(
                    keys=[_place(key), _lease(key)], args=[holder, made, milliseconds]
                )
            )
        return made

    def _wait_for(self, key: str, flight: Flight) -> bytes | None:
        """What another process makes; None where it takes too long, gives up or dies."""
        until = self._clock.monotonic() + _WAIT_SECONDS
        while self._clock.monotonic() < until and not flight.is_outdated:
            self._clock.sleep(_LOOK_SECONDS)
            found = self._try(lambda: self._redis.mget(_place(key), _lease(key)))
            if found is None:
                return None
            value, lease = found
            if value is not None or lease is None:
                return _as_bytes(value)
        return None

    def _owe(self, keys: tuple[str, ...]) -> None:
        with self._lock:
            for key in keys:
                self._owed.pop(key, None)
                self._owed[key] = object()
            # What is forgotten here is read until its time is over, and no longer.
            while len(self._owed) > _MOST_OWED:
                del self._owed[next(iter(self._owed))]

    def _pay(self) -> None:
        if not self._owed:
            return
        with self._lock:
            owed = dict(self._owed)
        self._redis.unlink(*_places(owed))
        with self._lock:
            for key, mark in owed.items():
                # One that has come to be owed again since stays.
                if self._owed.get(key) is mark:
                    del self._owed[key]

    def _try(self, act: Callable[[], T]) -> T | None:
        """None where Redis does not answer, or answered a moment ago that it does not."""
        if self._absence.is_recent:
            return None
        try:
            self._pay()
            return act()
        except (RedisError, OSError, ValueError) as error:
            self._absence.note(error)
            return None


def _place(key: str) -> str:
    return f"{PREFIX}{key}"


def _lease(key: str) -> str:
    return f"{PREFIX}{key}:making"


def _places(keys: Iterable[str]) -> list[str]:
    return [place for key in keys for place in (_place(key), _lease(key))]


def _milliseconds(seconds: float) -> int:
    return max(1, int(min(seconds * 1000, 1e12)))


def _as_bytes(found: Any) -> bytes | None:
    return found if isinstance(found, bytes) else None
