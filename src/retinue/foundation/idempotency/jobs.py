from __future__ import annotations

from typing import Any

from retinue.foundation.idempotency import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 600.0


def prune(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Forget the keys whose day is over, a piece at a time."""
    del payload
    gone = 1
    while gone:
        with runtime.database.writing() as db:
            gone = service.prune(db, now=runtime.clock.now())


JOBS = (JobFunction("idempotency.prune", prune, every=_EVERY),)
