from __future__ import annotations

from typing import Any

from retinue.capabilities.warmup import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 10.0
_STEPS = 20


def tend(runtime: Runtime, payload: dict[str, Any]) -> None:
    """What time brings by itself: phases that are due, content that has come, bots that have gone."""
    del payload
    for _ in range(_STEPS):
        if service.tend(runtime.database, now=runtime.clock.now()) < service.CHUNK:
            return


JOBS = (JobFunction("warmup.tend", tend, every=_EVERY),)
