from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from retinue.foundation.database.handle import is_busy, on_commit
from retinue.foundation.errors import Conflict
from retinue.foundation.leases import repository

logger = logging.getLogger(__name__)


class LeaseHeld(Conflict):
    """Somebody else holds the key; `facts` name the holder and the end."""

    code = "lease_held"


@dataclass(frozen=True, slots=True)
class Lease:
    key: str
    holder: str
    fence: int
    expires_at: datetime


def acquire(db: Session, key: str, *, holder: str, ttl: timedelta, now: datetime) -> Lease:
    """
    Take the key for `ttl`. A holder does not get its own lease twice.

    Raises:
        LeaseHeld: another holder, or this one, has it and it has not expired.
    """
    expires_at = now + ttl
    taken = repository.take_free(db, key, holder=holder, now=now, expires_at=expires_at)
    if not taken and repository.find(db, key) is None:
        taken = repository.insert_first(db, key, holder=holder, expires_at=expires_at)
    row = repository.find(db, key)
    if not taken or row is None:
        owner = row.holder if row else None
        until = row.expires_at if row else None
        raise LeaseHeld(f"{key} is held by {owner} until {until}", holder=owner, until=until)
    return Lease(key=key, holder=holder, fence=row.fence, expires_at=expires_at)


def renew(db: Session, lease: Lease, *, ttl: timedelta, now: datetime) -> bool:
    """
    False when somebody else has taken the key since: the caller stops before its next effect.

    A lease that has merely run out, in a suspended machine say, is taken up again:
    whoever takes a key raises its fence, so an unchanged fence means that nobody has.
    """
    return repository.extend(db, lease.key, fence=lease.fence, expires_at=now + ttl)


def release(db: Session, lease: Lease) -> None:
    """Give it back. A lease that has gone to somebody else meanwhile is left alone."""
    repository.free(db, lease.key, fence=lease.fence)


def is_current(db: Session, key: str, *, fence: int, now: datetime) -> bool:
    row = repository.find(db, key)
    return (
        row is not None and row.holder is not None and row.fence == fence and row.expires_at > now
    )


def holder_of(db: Session, key: str, *, now: datetime) -> Lease | None:
    row = repository.find(db, key)
    if row is None or row.holder is None or row.expires_at <= now:
        return None
    return Lease(key=key, holder=row.holder, fence=row.fence, expires_at=row.expires_at)


def outlast(db: Session, prefix: str) -> None:
    """
    Once `db` has committed, and before anybody hears of it, let the transactions end that hold
    the row of a lease under `prefix` at that moment.

    Whoever reads the order of an operator under such a lock then either has ended, or sees it:
    on a server a transaction that has read would else commit some milliseconds after the order
    was answered. It costs nothing to those who hold the locks, and waits for each of them as
    long as for any lock; one that takes longer is named in the log. SQLite has one writer, so
    there is nobody to wait for.
    """
    engine = db.connection().engine
    if engine.dialect.name != "sqlite":
        on_commit(db, lambda: _outlast(engine, prefix))


def _outlast(engine: Engine, prefix: str) -> None:
    with engine.connect() as connection:
        busy = repository.busy_rows(connection, prefix)
    for key in busy:
        try:
            # One at a time: nobody waits for us while we wait.
            with engine.connect() as connection:
                repository.wait_for_row(connection, key)
        except DBAPIError as error:
            if not is_busy(error):
                raise
            logger.warning("%s: what began before the order has not ended yet", key)
