from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.foundation.database.rows import changed
from retinue.foundation.jobs.models import ATTEMPTS, Job

_OPEN = and_(Job.done_at.is_(None), Job.dead_at.is_(None))


def insert_new(db: Session, values: dict[str, Any]) -> None:
    db.execute(insert(Job), values)


def insert_unless_waiting(db: Session, values: dict[str, Any]) -> bool:
    """False when a row with the same key stands already."""
    try:
        with db.begin_nested():
            db.execute(insert(Job), values)
    except IntegrityError:
        return False
    return True


def bring_forward(db: Session, key: str, *, due_at: datetime, every: float | None) -> bool:
    """
    Make the row that waits under the key due no later than `due_at`; false when there is none.
    A schedule is moved only when its interval has changed, so that a restart runs nothing early.
    """
    moved = update(Job).where(Job.key == key, Job.due_at > due_at)
    if every is None:
        changed(db, moved.values(due_at=due_at))
    else:
        differs = or_(Job.every.is_(None), Job.every != every)
        changed(db, moved.where(differs).values(due_at=due_at))
        changed(db, update(Job).where(Job.key == key, differs).values(every=every))
    return db.scalar(select(Job.id).where(Job.key == key)) is not None


def has_due(db: Session, names: Collection[str], *, now: datetime) -> bool:
    return db.scalar(select(Job.id).where(*_due(names, now)).limit(1)) is not None


def next_due_at(db: Session, names: Collection[str]) -> datetime | None:
    """When the next row that nobody works on is due, past or future."""
    return db.scalar(
        select(func.min(Job.due_at)).where(_OPEN, Job.name.in_(names), Job.lease_until.is_(None))
    )


def claim_due(
    db: Session, names: Collection[str], *, holder: str, until: datetime, now: datetime, limit: int
) -> Sequence[Job]:
    """
    Take up to `limit` due rows for `holder`, each attempt counted. `holder` is new for each claim.

    The key of a row that is no schedule is set free here: what is deferred under it
    from now on is new work, because this run may have read the state before it.
    """
    ids = db.scalars(
        select(Job.id)
        .where(*_due(names, now))
        .order_by(Job.due_at, Job.id)
        .limit(limit)
        # Two executors take different rows instead of waiting for each other. SQLite has one writer anyway.
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return ()
    changed(
        db,
        update(Job)
        .where(Job.id.in_(ids), *_due(names, now))
        .values(
            lease_holder=holder, lease_until=until, fence=Job.fence + 1, attempts=Job.attempts + 1
        ),
    )
    claimed = _read(db, Job.id.in_(ids), Job.lease_holder == holder)
    one_off = [job.id for job in claimed if job.every is None and job.key is not None]
    if one_off:
        changed(db, update(Job).where(Job.id.in_(one_off)).values(key=None))
    return claimed


def expired_last_attempts(db: Session, *, now: datetime) -> Sequence[Job]:
    """Rows whose process died during the last attempt that they have."""
    return _read(db, _OPEN, Job.attempts >= ATTEMPTS, Job.lease_until <= now)


def extend(db: Session, ids: Collection[int], *, holders: Collection[str], until: datetime) -> int:
    return changed(
        db,
        update(Job).where(Job.id.in_(ids), Job.lease_holder.in_(holders)).values(lease_until=until),
    )


def settle(db: Session, job_id: int, *, fence: int, values: dict[str, Any]) -> bool:
    """Write how a run ended and let go of the row; false when the row has gone to somebody else."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.lease_holder.is_not(None))
        .values(lease_holder=None, lease_until=None, **values)
    )
    return changed(db, statement) == 1


def give_key_back(db: Session, job_id: int, key: str) -> bool:
    """False when newer work waits under the key."""
    try:
        with db.begin_nested():
            db.execute(update(Job).where(Job.id == job_id).values(key=key))
    except IntegrityError:
        return False
    return True


def set_done(db: Session, job_id: int, *, now: datetime) -> None:
    db.execute(update(Job).where(Job.id == job_id).values(done_at=now))


def delete_done(db: Session, *, before: datetime, limit: int) -> int:
    ids = db.scalars(select(Job.id).where(Job.done_at < before).limit(limit)).all()
    return changed(db, delete(Job).where(Job.id.in_(ids))) if ids else 0


def counts(db: Session, *, now: datetime) -> tuple[int, int, int, datetime | None]:
    """Waiting and due, running, dead, and since when the longest waiting one has been due."""
    idle = or_(Job.lease_until.is_(None), Job.lease_until <= now)
    due = and_(_OPEN, idle, Job.due_at <= now)
    waiting, oldest = db.execute(select(func.count(), func.min(Job.due_at)).where(due)).one()
    running = db.scalar(select(func.count()).where(_OPEN, Job.lease_until > now))
    dead = db.scalar(select(func.count()).where(Job.dead_at.is_not(None)))
    return waiting, running or 0, dead or 0, oldest


def dead(db: Session, *, limit: int) -> Sequence[Job]:
    return _read(db, Job.dead_at.is_not(None), limit=limit)


def revive(db: Session, job_id: int, *, now: datetime) -> bool:
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.dead_at.is_not(None))
        .values(dead_at=None, attempts=0, due_at=now)
    )
    return changed(db, statement) == 1


def _due(names: Collection[str], now: datetime) -> tuple[Any, ...]:
    return (
        _OPEN,
        Job.due_at <= now,
        or_(Job.lease_until.is_(None), Job.lease_until <= now),
        Job.name.in_(names),
        Job.attempts < ATTEMPTS,
    )


def _read(db: Session, *conditions: Any, limit: int | None = None) -> Sequence[Job]:
    return db.scalars(
        select(Job).where(*conditions).order_by(Job.due_at, Job.id).limit(limit),
        execution_options={"populate_existing": True},
    ).all()
