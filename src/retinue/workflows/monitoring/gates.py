"""Calls that wait for their turn before anything is looked up, so that what is looked up is not old."""

from __future__ import annotations

from contextvars import ContextVar

from retinue.drivers.metrics.bucket import RateGate

_has_passed: ContextVar[bool] = ContextVar("has_passed", default=False)


class FirstPassed:
    """
    The gate that a source is given. The first call of a reading has passed the real one already,
    in the same task; each retry passes it again.
    """

    def __init__(self, real: RateGate) -> None:
        self._real = real

    async def pass_first(self) -> None:
        _has_passed.set(False)
        await self._real.acquire()
        _has_passed.set(True)

    async def acquire(self) -> None:
        if _has_passed.get():
            _has_passed.set(False)
            return
        await self._real.acquire()

    async def hold(self, seconds: float) -> None:
        await self._real.hold(seconds)
