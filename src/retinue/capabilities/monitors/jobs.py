from __future__ import annotations

from typing import Any

from retinue.capabilities.monitors import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_ROLL_UP_EVERY = 3600.0
_REPLAN_EVERY = 300.0


def roll_up(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Sum up what is old and thin it out, one short transaction after the other; the next run goes on."""
    del payload
    service.roll_up(runtime.database, clock=runtime.clock)


def replan(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Lay out anew what a clock that was set back has left too far ahead."""
    del payload
    while True:
        with runtime.database.writing() as db:
            number = service.replan(db, now=runtime.clock.now())
        if number < service.CHUNK:
            return


JOBS = (
    JobFunction("monitors.roll_up", roll_up, every=_ROLL_UP_EVERY),
    JobFunction("monitors.replan", replan, every=_REPLAN_EVERY),
)
