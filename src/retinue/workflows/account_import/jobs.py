from __future__ import annotations

from typing import Any

from retinue.foundation.jobs import service as jobs
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.leases.service import LeaseHeld
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service


def run_import(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Bring one import to its end. Where another process is at it, look again when its lease has ended."""
    try:
        service.run(runtime, payload["import_id"])
    except LeaseHeld as held:
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            jobs.defer(db, service.JOB, payload, now=now, due_at=held.facts.get("until"))


JOBS = (JobFunction(service.JOB, run_import),)
