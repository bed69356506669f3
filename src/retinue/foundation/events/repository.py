from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.foundation.database.rows import changed
from retinue.foundation.events.models import Event, EventCounter

_COUNTER_ID = 1


def append(db: Session, values: dict[str, Any]) -> None:
    db.execute(insert(Event), values)


def append_all(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    db.execute(insert(Event), rows)


def has_unnumbered(db: Session) -> bool:
    return db.scalar(select(Event.id).where(Event.seq.is_(None)).limit(1)) is not None


def lock_counter(db: Session) -> EventCounter:
    """
    The one row that gives numbers, held by this transaction until it ends.

    What is read afterwards in the same transaction is at least as new as the
    number of the holder before.
    """
    touched = (
        update(EventCounter).where(EventCounter.id == _COUNTER_ID).values(last=EventCounter.last)
    )
    if changed(db, touched) == 0:
        _insert_counter(db)
        # Somebody else may have been first; the touch then waits for their commit.
        changed(db, touched)
    return db.execute(
        select(EventCounter).where(EventCounter.id == _COUNTER_ID),
        execution_options={"populate_existing": True},
    ).scalar_one()


def counter(db: Session) -> tuple[int, int]:
    """The last number given and the oldest one kept."""
    row = db.execute(
        select(EventCounter.last, EventCounter.oldest).where(EventCounter.id == _COUNTER_ID)
    ).one_or_none()
    return (row.last, row.oldest) if row is not None else (0, 1)


def unnumbered_ids(db: Session, *, limit: int) -> Sequence[int]:
    return db.scalars(
        select(Event.id).where(Event.seq.is_(None)).order_by(Event.id).limit(limit)
    ).all()


def number_run(db: Session, *, first: int, last: int, offset: int) -> int:
    """Give `id + offset` to the unnumbered rows `first` to `last`; say how many there were."""
    return changed(
        db,
        update(Event)
        .where(Event.id.between(first, last), Event.seq.is_(None))
        .values(seq=Event.id + offset),
    )


def after(db: Session, seq: int, *, limit: int) -> Sequence[Any]:
    return db.execute(
        select(Event.seq, Event.type, Event.data, Event.at)
        .where(Event.seq > seq)
        .order_by(Event.seq)
        .limit(limit)
    ).all()


def first_seq_kept(db: Session, *, start: int, end: int, cutoff: datetime) -> int | None:
    """The smallest number in `start..end` whose event is not older than `cutoff`."""
    return db.scalar(
        select(func.min(Event.seq)).where(Event.seq.between(start, end), Event.at >= cutoff)
    )


def delete_numbers(db: Session, *, start: int, end: int) -> int:
    return changed(db, delete(Event).where(Event.seq.between(start, end)))


def runs(ids: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Ascending ids as (first, last) of each stretch without a hole."""
    first = last = None
    for one in ids:
        if first is None or last is None:
            first = one
        elif one != last + 1:
            yield first, last
            first = one
        last = one
    if first is not None and last is not None:
        yield first, last


def _insert_counter(db: Session) -> None:
    try:
        with db.begin_nested():
            db.execute(insert(EventCounter).values(id=_COUNTER_ID, last=0, oldest=1))
    except IntegrityError:
        return
