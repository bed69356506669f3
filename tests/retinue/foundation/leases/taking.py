"""Leases of thirty seconds, each call in a transaction of its own."""

from __future__ import annotations

from datetime import timedelta

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.leases import service

TTL = timedelta(seconds=30)


def acquire(
    database: Database, clock: ManualClock, *, key: str = "account:1", holder: str = "a"
) -> service.Lease:
    with database.writing() as db:
        return service.acquire(db, key, holder=holder, ttl=TTL, now=clock.now())


def is_current(database: Database, clock: ManualClock, lease: service.Lease) -> bool:
    with database.reading() as db:
        return service.is_current(db, lease.key, fence=lease.fence, now=clock.now())
