from __future__ import annotations

from datetime import timedelta
from typing import Any

from retinue.capabilities.content.service import keeping, uploading
from retinue.foundation.jobs import service as jobs
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.leases.service import LeaseHeld
from retinue.foundation.runtime import Runtime

_EVERY = 3600.0
_LOOK_AGAIN = timedelta(seconds=30)
_ARCHIVES_KEPT = timedelta(days=1)


def sweep_files(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Take away files that no picture names: of uploads that broke off, and of pictures that were removed."""
    del payload
    data_dir = runtime.configuration.data_dir
    wall_now = runtime.clock.wall_now()
    for paths in keeping.strays(data_dir, wall_now=wall_now):
        with runtime.database.writing() as db:
            keeping.sweep(db, paths)
    with runtime.database.reading() as db:
        uploading.sweep(db, data_dir, older_than=(wall_now - _ARCHIVES_KEPT).timestamp())


def run_upload(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Bring one upload to its end. Where another process is at it, look again: it may die."""
    try:
        uploading.run(runtime, payload["upload_id"])
    except LeaseHeld:
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            jobs.defer(db, uploading.JOB, payload, now=now, due_at=now + _LOOK_AGAIN)


JOBS = (
    JobFunction("content.sweep_files", sweep_files, every=_EVERY),
    JobFunction(uploading.JOB, run_upload),
)
