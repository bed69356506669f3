from __future__ import annotations

from typing import Any

from retinue.capabilities.inbox import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 60.0
_STEPS = 50


def expire(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Close what has lost its point, a chunk at a time."""
    del payload
    for _ in range(_STEPS):
        with runtime.database.writing() as db:
            if service.expire(db, now=runtime.clock.now()) < service.CHUNK:
                return


JOBS = (JobFunction("inbox.expire", expire, every=_EVERY),)
