from __future__ import annotations

from typing import Any

from retinue.capabilities.sessions import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 3600.0
_LOOK_EVERY = 15.0


def sweep(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Let go of CPU and memory samples that no trend shows any more."""
    del payload
    with runtime.database.writing() as db:
        service.sweep_samples(db, now=runtime.clock.now())


def end_abandoned(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Close the books on sessions whose agent is long gone, one by one."""
    del payload
    with runtime.database.reading() as db:
        found = service.abandoned(db, now=runtime.clock.now())
    for session_id in found:
        with runtime.database.writing() as db:
            service.end_abandoned(db, session_id, now=runtime.clock.now())


JOBS = (
    JobFunction("sessions.end_abandoned", end_abandoned, every=_LOOK_EVERY),
    JobFunction("sessions.sweep", sweep, every=_EVERY),
)
