"""
Turns that several processes take at one rate, kept in Redis by Redis's own clock.

A process that dies takes its turns along, which is a few seconds' worth at most: nobody may wait
longer than that for a turn of its own, and asks again instead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from retinue.foundation.clock import Clock
from retinue.foundation.redis_away import Absence

logger = logging.getLogger(__name__)

PREFIX = "retinue:slots:"
_SOCKET_SECONDS = 0.5
_MOST_CONNECTIONS = 8
_LONGEST_WAIT = 5.0

# Microseconds throughout; a number is written with %.0f, because Lua would round one so large.
# A next turn further off than anybody waits comes from a clock that has been set back.
_TAKE = """
local held = redis.call('PTTL', KEYS[2])
if held > 0 then return {0, math.min(held * 1000, tonumber(ARGV[2]))} end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local next = tonumber(redis.call('GET', KEYS[1]) or '0')
if next > now + most + interval then next = now end
local slot = math.max(now, next)
if slot - now > most then return {0, most} end
redis.call('SET', KEYS[1], string.format('%.0f', slot + interval),
           'PX', string.format('%.0f', math.ceil((slot + interval - now) / 1000) + 1000))
return {1, slot - now}
"""
_HOLD = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 1
"""


class RedisSlots:
    """`rate` turns a second among all who name the same `name`. Used within one event loop."""

    def __init__(self, url: str, *, name: str, rate: float, clock: Clock) -> None:
        """
        Raises:
            ValueError: the rate is not more than 0.
        """
        if not 0 < rate < float("inf"):
            message = f"a rate is more than 0, not {rate}"
            raise ValueError(message)
        self._redis: Redis = Redis.from_url(
            url,
            max_connections=_MOST_CONNECTIONS,
            socket_timeout=_SOCKET_SECONDS,
            socket_connect_timeout=_SOCKET_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        # One more than there are connections would be an error, not a wait.
        self._places = asyncio.Semaphore(_MOST_CONNECTIONS)
        self._take = self._redis.register_script(_TAKE)
        self._hold = self._redis.register_script(_HOLD)
        self._keys = [f"{PREFIX}{name}:next", f"{PREFIX}{name}:held"]
        self._interval = max(1, round(1_000_000 / rate))
        self._absence = Absence(
            "the turns in Redis do not answer (%s); this process keeps to a share of the rate by itself",
            clock=clock,
            logger=logger,
        )

    async def take(self) -> float | None:
        """
        Seconds until the turn that is now taken; negative where none is free within 5 s, and it is
        to be asked again after so many. None where Redis does not answer.
        """
        args = [self._interval, round(_LONGEST_WAIT * 1_000_000)]
        found = await self._try(lambda: self._take(keys=self._keys, args=args))
        if found is None:
            return None
        is_taken, microseconds = found
        seconds = float(microseconds) / 1_000_000
        return seconds if is_taken else -max(seconds, 0.001)

    async def hold(self, seconds: float) -> None:
        """No turns for so long, for nobody."""
        milliseconds = max(1, int(min(seconds, 86_400.0) * 1000))
        await self._try(lambda: self._hold(keys=self._keys[1:], args=[milliseconds]))

    async def close(self) -> None:
        await self._redis.aclose()

    async def _try(self, act: Callable[[], Awaitable[Any]]) -> Any:
        if self._absence.is_recent:
            return None
        try:
            async with self._places:
                return await act()
        except (RedisError, OSError) as error:
            self._absence.note(error)
            return None
