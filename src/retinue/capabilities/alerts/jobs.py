from __future__ import annotations

from typing import Any

from retinue.capabilities.alerts import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 86_400.0
_CHUNK = 500


def prune(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Forget old alerts, a chunk at a time."""
    del payload
    while True:
        with runtime.database.writing() as db:
            if service.prune(db, now=runtime.clock.now(), limit=_CHUNK) < _CHUNK:
                return


JOBS = (JobFunction("alerts.prune", prune, every=_EVERY),)
