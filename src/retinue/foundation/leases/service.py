from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.foundation.errors import Conflict
from retinue.foundation.leases import repository


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
