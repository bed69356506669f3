"""
Not more calls a second than a source allows, by one process alone or by several together.

Calls are spread evenly and not let out in a burst: a source that counts within a second of its
own would take a full bucket and its refilling for twice of what is allowed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from retinue.foundation.clock import Clock

Sleep = Callable[[float], Awaitable[None]]


class RateGate(Protocol):
    """Used within one event loop."""

    async def acquire(self) -> None:
        """Returns when the next call may go out."""
        ...

    async def hold(self, seconds: float) -> None:
        """Nobody passes for so long, because the source has said so."""
        ...


class Slots(Protocol):
    """Where several processes take their turns."""

    async def take(self) -> float | None:
        """
        Seconds until this call's turn, negative where there is none yet and it is to ask again
        after so long; None where the place does not answer.
        """
        ...

    async def hold(self, seconds: float) -> None: ...


class OpenGate:
    """Lets everybody pass, and keeps to what the source says."""

    def __init__(self, *, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._held_until = float("-inf")

    async def acquire(self) -> None:
        while (wait := self._held_until - self._clock.monotonic()) > 0:
            await self._sleep(wait)

    async def hold(self, seconds: float) -> None:
        self._held_until = max(self._held_until, self._clock.monotonic() + seconds)


class PacedGate:
    """`rate` calls a second, `burst` of them at once after a pause."""

    def __init__(self, rate: float, *, clock: Clock, sleep: Sleep, burst: int = 1) -> None:
        """
        Raises:
            ValueError: the rate is not more than 0.
        """
        if not 0 < rate < float("inf"):
            message = f"a rate is more than 0, not {rate}"
            raise ValueError(message)
        self._open = OpenGate(clock=clock, sleep=sleep)
        self._interval = 1 / rate
        self._slack = (burst - 1) / rate
        self._clock = clock
        self._sleep = sleep
        self._next = float("-inf")
        self._turn = 0

    async def acquire(self) -> None:
        while True:
            await self._open.acquire()
            turn, now = self._turn, self._clock.monotonic()
            slot = max(self._next, now - self._slack)
            self._next = slot + self._interval
            if slot > now:
                await self._sleep(slot - now)
            # Who waited for a slot of before the source called a halt takes a new one.
            if turn == self._turn:
                return

    async def hold(self, seconds: float) -> None:
        self._turn += 1
        self._next = float("-inf")
        await self._open.hold(seconds)


class SharedGate:
    """
    The turns of several processes. Where their common place does not answer, each of them keeps
    to its share of the rate by itself.
    """

    def __init__(self, slots: Slots, *, alone: RateGate, sleep: Sleep) -> None:
        self._slots = slots
        self._alone = alone
        self._sleep = sleep

    async def acquire(self) -> None:
        while (wait := await self._slots.take()) is not None:
            if wait:
                await self._sleep(abs(wait))
            if wait >= 0:
                return
        await self._alone.acquire()

    async def hold(self, seconds: float) -> None:
        await self._slots.hold(seconds)
        await self._alone.hold(seconds)


def gate_of(rate: float, *, clock: Clock, sleep: Sleep) -> OpenGate | PacedGate:
    """For one process; a rate of 0 or less is none."""
    if rate <= 0:
        return OpenGate(clock=clock, sleep=sleep)
    return PacedGate(rate, clock=clock, sleep=sleep)
