"""A job's steps, each in a transaction of its own."""

from __future__ import annotations

import itertools
from typing import Any

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs import service

NAMES = ["tests.work"]
claims = itertools.count(1)


def defer(database: Database, clock: ManualClock, **options: Any) -> None:
    with database.writing() as db:
        service.defer(db, "tests.work", options.pop("payload", {}), now=clock.now(), **options)


def claim(database: Database, clock: ManualClock, *, limit: int = 10) -> list[service.ClaimedJob]:
    with database.writing() as db:
        return service.claim(
            db, NAMES, holder=f"holder {next(claims)}", now=clock.now(), limit=limit
        )


def schedule(database: Database, clock: ManualClock, *, every: float) -> None:
    with database.writing() as db:
        service.ensure_schedule(db, "tests.work", every=every, now=clock.now())


def finish(database: Database, clock: ManualClock, job: service.ClaimedJob) -> bool:
    with database.writing() as db:
        return service.finish(db, job, now=clock.now())


def fail(
    database: Database, clock: ManualClock, job: service.ClaimedJob, error: str = "no"
) -> bool:
    with database.writing() as db:
        return service.fail(db, job, error=error, now=clock.now())


def backlog(database: Database, clock: ManualClock) -> tuple[int, int, int]:
    with database.reading() as db:
        seen = service.backlog(db, now=clock.now())
    return seen.waiting, seen.running, seen.dead
