from __future__ import annotations

from typing import Any

from retinue.capabilities.sessions import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 3600.0


def sweep(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Let go of CPU and memory samples that no trend shows any more."""
    del payload
    with runtime.database.writing() as db:
        service.sweep_samples(db, now=runtime.clock.now())


JOBS = (JobFunction("sessions.sweep", sweep, every=_EVERY),)
