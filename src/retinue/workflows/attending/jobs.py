from __future__ import annotations

from typing import Any

from retinue.capabilities.inbox import service as inbox
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending import service

_EVERY = 60.0
_STEPS = 50


def expire(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Close what has lost its point, each with what follows from it in a transaction of its own."""
    del payload
    for _ in range(_STEPS):
        now = runtime.clock.now()
        with runtime.database.reading() as db:
            ids = [item.id for item in inbox.overdue(db, now=now)]
        for item_id in ids:
            with runtime.database.writing() as db:
                service.expire(db, item_id, rng=runtime.rng, now=now)
        if len(ids) < inbox.CHUNK:
            return


JOBS = (JobFunction("inbox.expire", expire, every=_EVERY),)
