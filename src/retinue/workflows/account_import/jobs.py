from __future__ import annotations

from datetime import timedelta
from typing import Any

from retinue.foundation.jobs import service as jobs
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import process, service

_LOOK_AGAIN = timedelta(seconds=30)


def run_import(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Bring one import to its end. Where another process is at it, look again: it may die."""
    with runtime.database.reading() as db:
        if service.report_of(db, payload["import_id"]).finished_at is not None:
            return
    try:
        process.run(runtime, payload["import_id"])
    except process.ImportHeld:
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            jobs.defer(db, service.JOB, payload, now=now, due_at=now + _LOOK_AGAIN)


JOBS = (JobFunction(service.JOB, run_import),)
