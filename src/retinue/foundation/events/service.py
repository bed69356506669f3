from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.foundation.bell import Bell
from retinue.foundation.clock import real
from retinue.foundation.events import repository

RETENTION = timedelta(hours=24)
CHUNK = 500

published = Bell("events.published")
"""Rings when rows wait for their number."""

numbered = Bell("events.numbered")
"""Rings when new numbers can be read."""


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    seq: int
    type: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What came after the number that the reader has. With `needs_resync` the numbers
    in between are gone: the reader loads the present state and goes on from `last`.
    """

    events: Sequence[PublishedEvent]
    needs_resync: bool
    oldest: int
    last: int


def publish(db: Session, type: str, data: dict[str, Any], *, now: datetime) -> None:  # noqa: A002 - the word of the contract
    """Tell what happened once the transaction of `db` is durable. `data` never holds a secret."""
    repository.append(db, {"type": type, "data": data, "at": now})
    published.ring_on_commit(db)


def publish_all(
    db: Session,
    type: str,  # noqa: A002 - the word of the contract
    data: Sequence[dict[str, Any]],
    *,
    now: datetime,
) -> None:
    """As `publish` for each, in one statement."""
    if data:
        repository.append_all(db, [{"type": type, "data": one, "at": now} for one in data])
        published.ring_on_commit(db)


def read_since(db: Session, since: int, *, limit: int = CHUNK) -> Reading:
    """The events numbered `since + 1` and up, in order and without gaps, at most `limit`."""
    # Events first: what a prune takes away in between then shows in `oldest`.
    rows = repository.after(db, since, limit=limit)
    last, oldest = repository.counter(db)
    if since + 1 < oldest or since > last:
        return Reading(events=(), needs_resync=True, oldest=oldest, last=last)
    events = tuple(PublishedEvent(seq=r.seq, type=r.type, data=r.data, at=r.at) for r in rows)
    return Reading(events=events, needs_resync=False, oldest=oldest, last=last)


def position(db: Session) -> Reading:
    """Where a reader starts that has seen nothing: no events, only the numbers."""
    last, oldest = repository.counter(db)
    return Reading(events=(), needs_resync=False, oldest=oldest, last=last)


def number(db: Session, *, limit: int = CHUNK) -> int:
    """
    Number what is committed and waits, in the order of ids; say how many.

    Whoever calls it at the same time waits for this transaction, so that a row
    is numbered once and no number is left out.
    """
    counter = repository.lock_counter(db)
    ids = repository.unnumbered_ids(db, limit=limit)
    last = counter.last
    for first_id, last_id in repository.runs(ids):
        last += repository.number_run(db, first=first_id, last=last_id, offset=last + 1 - first_id)
    counter.last = last
    if ids:
        numbered.ring_on_commit(db)
    return len(ids)


def has_expired(db: Session, *, now: datetime) -> bool:
    """Whether the oldest event kept is past its day."""
    last, oldest = repository.counter(db)
    if oldest > last:
        return False
    return (
        repository.first_seq_kept(db, start=oldest, end=oldest, cutoff=now - real(RETENTION))
        is None
    )


def prune(db: Session, *, now: datetime, limit: int = 1000) -> int:
    """Drop the oldest events past their day, at most `limit`, always from the low end of the numbers."""
    counter = repository.lock_counter(db)
    end = min(counter.last, counter.oldest + limit - 1)
    kept = repository.first_seq_kept(
        db, start=counter.oldest, end=end, cutoff=now - real(RETENTION)
    )
    end = end if kept is None else kept - 1
    dropped = repository.delete_numbers(db, start=counter.oldest, end=end)
    counter.oldest = end + 1
    return dropped
