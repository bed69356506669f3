from __future__ import annotations

from typing import Any

from retinue.capabilities.ledger import service
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

_EVERY = 300.0
_TALLY_EVERY = 60.0
_STEPS = 200


def sweep(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Remove what has run out, one short transaction after the other; the next run goes on."""
    del payload
    service.clean_up(runtime.database, clock=runtime.clock)


def tally(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Count what has come since the last run, one short transaction after the other."""
    del payload
    for _ in range(_STEPS):
        with runtime.database.writing() as db:
            counted = service.tally(db, now=runtime.clock.now())
        if counted < service.TALLY_CHUNK:
            return


JOBS = (
    JobFunction("ledger.sweep", sweep, every=_EVERY),
    JobFunction("ledger.tally", tally, every=_TALLY_EVERY),
)
