from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from retinue.foundation.clock import real
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
    Take the key for `ttl` of real time. A holder does not get its own lease twice.

    Raises:
        LeaseHeld: another holder, or this one, has it and it has not expired.
    """
    expires_at = now + real(ttl)
    taken = repository.take_free(db, key, holder=holder, now=now, expires_at=expires_at)
    if not taken and repository.find(db, key) is None:
        taken = repository.insert_first(db, key, holder=holder, expires_at=expires_at)
    row = repository.find(db, key)
    if not taken or row is None:
        owner = row.holder if row else None
        until = row.expires_at if row else None
        raise LeaseHeld(f"{key} is held by {owner} until {until}", holder=owner, until=until)
    return Lease(key=key, holder=holder, fence=row.fence, expires_at=expires_at)


def hold(db: Session, key: str, *, holder: str, ttl: timedelta, now: datetime) -> datetime:
    """
    Take the key, or go on having it, for a holder that keeps nothing between two calls. Until when.

    Its row is locked until the commit, so that of two calls the second sees what the first has done.

    Raises:
        LeaseHeld: another holder has it and it has not expired.
    """
    until = now + real(ttl)
    for _ in range(2):
        if repository.take_or_keep(db, key, holder=holder, now=now, expires_at=until):
            return until
        row = repository.find(db, key)
        if row is not None:
            raise LeaseHeld(
                f"{key} is held by {row.holder} until {row.expires_at}",
                holder=row.holder,
                until=row.expires_at,
            )
        if repository.insert_first(db, key, holder=holder, expires_at=until):
            return until
    raise LeaseHeld(f"{key} has just been taken", holder=None, until=None)


def let_go(db: Session, key: str, *, holder: str) -> None:
    """Give back what this holder has of the key, if it has it."""
    repository.free_of(db, key, holder=holder)


def acquire_many(
    db: Session, wanted: Mapping[str, str], *, ttl: timedelta, now: datetime
) -> dict[str, Lease]:
    """
    Take whichever of these keys are free, each for the holder it is given with, in a few statements for all.

    What is missing in the answer is held, or is in somebody's hands at this very moment: unlike
    `acquire` it waits for nobody.
    """
    fences = repository.take_hold_of_free(db, wanted, now=now)
    if left := wanted.keys() - fences.keys():
        new = repository.never_taken(db, left)
        if new:
            repository.keep_free(db, new, now=now)
            fences |= repository.take_hold_of_free(db, new, now=now)
    if not fences:
        return {}
    until = now + real(ttl)
    given = repository.give(
        db,
        [
            {"lease": key, "seen": fence, "taker": wanted[key], "now": now, "until": until}
            for key, fence in fences.items()
        ],
    )
    if given != len(fences):
        # The rows were ours until the commit. Nothing may be done under a lease that was not given.
        message = f"{given} of {len(fences)} leases were given"
        raise RuntimeError(message)
    return {key: Lease(key, wanted[key], fence + 1, until) for key, fence in fences.items()}


def renew(db: Session, lease: Lease, *, ttl: timedelta, now: datetime) -> bool:
    """
    False when somebody else has taken the key since: the caller stops before its next effect.

    A lease that has merely run out, in a suspended machine say, is taken up again:
    whoever takes a key raises its fence, so an unchanged fence means that nobody has.
    """
    return repository.extend(db, lease.key, fence=lease.fence, expires_at=now + real(ttl))


def release(db: Session, lease: Lease) -> None:
    """Give it back. A lease that has gone to somebody else meanwhile is left alone."""
    repository.free(db, lease.key, fence=lease.fence)


def renew_many(db: Session, held: Sequence[Lease], *, ttl: timedelta, now: datetime) -> None:
    """As `renew` for each; it does not say of which of them somebody else has taken the key."""
    rows = [{"lease": one.key, "seen": one.fence, "until": now + real(ttl)} for one in held]
    if rows:
        repository.extend_many(db, rows)


def release_many(db: Session, held: Sequence[Lease]) -> None:
    """As `release` for each."""
    if held:
        repository.free_many(db, [{"lease": one.key, "seen": one.fence} for one in held])


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
