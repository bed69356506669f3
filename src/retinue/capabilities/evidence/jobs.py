from __future__ import annotations

from typing import Any

from retinue.capabilities.evidence import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 3600.0
_STEPS = 50


def sweep(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Forget what was kept long enough, and take away the files that nothing names."""
    del payload
    for _ in range(_STEPS):
        with runtime.database.writing() as db:
            if service.expire(db, now=runtime.clock.now()) < service.CHUNK:
                break
    data_dir = runtime.configuration.data_dir
    for paths in service.strays(data_dir, wall_now=runtime.clock.wall_now()):
        # Old enough that no transaction is still about to name them.
        with runtime.database.reading() as db:
            service.sweep(db, paths)


JOBS = (JobFunction("evidence.sweep", sweep, every=_EVERY),)
