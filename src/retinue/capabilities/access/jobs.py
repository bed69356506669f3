from __future__ import annotations

from typing import Any

from retinue.capabilities.access import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime


def sweep(runtime: Runtime, payload: dict[str, Any]) -> None:  # noqa: ARG001 - as every job is called
    """Write down when tokens were used, and drop log-ins and failures that are over."""
    with runtime.database.writing() as db:
        service.write_down_use(db)
        service.sweep(db, now=runtime.clock.now())


JOBS = (JobFunction("access.sweep", sweep, every=60.0),)
