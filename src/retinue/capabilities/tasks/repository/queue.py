"""What waits, taken and put back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, exists, false, or_, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.repository.tables import IDS, PENDING, RUNNING, batches, tasks
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.rows import Rows

_COLUMNS = tuple(
    tasks.c[name]
    for name in (
        "id",
        "type",
        "priority",
        "account_id",
        "worker_account_id",
        "worker_wish",
        "params",
        "fence",
        "attempts",
        "retries",
        "backoff_step",
        "batch_id",
        "due_at",
    )
)


def _candidates(is_wanted: Any) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .where(PENDING, tasks.c.due_at <= bindparam("now", type_=tasks.c.due_at.type), is_wanted)
        .limit(bindparam("number", type_=Integer()))
        # Two workers take different rows instead of waiting for each other. SQLite has one writer anyway.
        .with_for_update(skip_locked=True)
    )


@lru_cache(maxsize=64)
def _of_lane(types: frozenset[TaskType]) -> Prepared:
    """One statement for each set of types, of which a process knows few: a list cannot be prepared."""
    is_wanted = or_(false(), *(tasks.c.type == one for one in sorted(types)))
    return Prepared(
        _candidates(is_wanted)
        .where(tasks.c.lane == bindparam("lane"), tasks.c.priority == bindparam("priority"))
        .order_by(tasks.c.due_at, tasks.c.id)
        .offset(bindparam("passed", type_=Integer()))
    )


_OF_IDS = _candidates(tasks.c.type.in_(bindparam("types", expanding=True))).order_by(
    tasks.c.priority, tasks.c.due_at, tasks.c.id
)
_LANES = (
    select(batches.c.id, batches.c.priority)
    .where(
        batches.c.finished_at.is_(None),
        exists().where(
            PENDING,
            tasks.c.lane == batches.c.id,
            tasks.c.priority == batches.c.priority,
            tasks.c.due_at <= bindparam("now", type_=tasks.c.due_at.type),
        ),
    )
    .order_by(batches.c.served_at, batches.c.id)
    .limit(bindparam("number"))
)
_FIRST_DUE = (
    select(tasks.c.due_at)
    .where(
        PENDING,
        tasks.c.lane == bindparam("lane"),
        tasks.c.priority == bindparam("priority"),
        tasks.c.type.in_(bindparam("types", expanding=True)),
    )
    .order_by(tasks.c.due_at)
    .limit(1)
)
_OPEN_LANES = (
    select(batches.c.id, batches.c.priority)
    .where(batches.c.finished_at.is_(None))
    .order_by(batches.c.served_at)
    .limit(50)
)
_SERVED = (
    update(batches)
    .where(batches.c.id.in_(bindparam("ids", expanding=True)))
    .values(served_at=bindparam("now"))
)
_NOT_WAITING = {"waiting_for": None, "waiting_until": None, "waiting_why": None}
_STARTED: dict[str, Any] = {
    "status": TaskStatus.running,
    "lease_holder": bindparam("holder"),
    "lease_until": bindparam("until", type_=tasks.c.lease_until.type),
    "fence": tasks.c.fence + 1,
    "attempts": tasks.c.attempts + 1,
    "start_time": bindparam("now", type_=tasks.c.start_time.type),
    "end_time": None,
    "progress": 0,
    **_NOT_WAITING,
}
_START_WITH_ACCOUNT = Prepared(
    update(tasks)
    .where(tasks.c.id == bindparam("task"), PENDING)
    .values(
        **_STARTED,
        busy_account_id=bindparam("busy"),
        worker_account_id=bindparam("worker"),
        account_fence=bindparam("held_under"),
    )
)
_PARK = Prepared(
    update(tasks)
    .where(tasks.c.id == bindparam("task"), PENDING)
    .values(
        waiting_for=bindparam("what"),
        waiting_until=bindparam("until"),
        waiting_why=bindparam("why"),
        due_at=bindparam("look_at"),
    )
)


@dataclass(frozen=True, slots=True)
class Start:
    """One task that begins with an account: which one works, as whose worker, under which fence of its lease."""

    task_id: str
    busy: int
    worker: int | None
    held_under: int


def lanes(db: Session, *, now: datetime, limit: int) -> Rows:
    """Open batches with something due, whoever was served longest ago first: id and priority."""
    return db.connection().execute(_LANES, {"now": now, "number": limit}).all()


def of_lane(
    db: Session,
    lane: str,
    *,
    priority: int,
    types: Collection[TaskType],
    now: datetime,
    piece: tuple[int, int],
) -> Rows:
    """
    What is due, in order, held against other claims until the commit. `piece` says how many are
    passed over, which somebody has looked at already, and how many are wanted then.
    """
    passed, number = piece
    given = {"lane": lane, "priority": priority, "now": now, "number": number, "passed": passed}
    return _of_lane(frozenset(types)).all(db.connection(), given)


def of_given(
    db: Session, ids: Sequence[str], *, types: Collection[TaskType], now: datetime
) -> Rows:
    """As `of_lane`, of these tasks alone."""
    connection = db.connection()
    given = {"types": list(types), "now": now, "number": len(ids)}
    statement = _OF_IDS.where(IDS.on(connection))
    return connection.execute(statement, {**given, **IDS.given(connection, ids)}).all()


def mark_served(db: Session, batch_ids: Collection[str], *, now: datetime) -> None:
    db.connection().execute(_SERVED, {"ids": list(batch_ids), "now": now})


def start(db: Session, ids: Sequence[str], *, holder: str, now: datetime, until: datetime) -> int:
    """Begin tasks that no account does."""
    connection = db.connection()
    statement = update(tasks).where(IDS.on(connection), PENDING).values(_STARTED)
    given = {"holder": holder, "now": now, "until": until, **IDS.given(connection, ids)}
    return connection.execute(statement, given).rowcount


def start_with_accounts(
    db: Session, starts: Sequence[Start], *, holder: str, now: datetime, until: datetime
) -> None:
    rows = [
        {
            "task": one.task_id,
            "busy": one.busy,
            "worker": one.worker,
            "held_under": one.held_under,
            "holder": holder,
            "now": now,
            "until": until,
        }
        for one in starts
    ]
    _START_WITH_ACCOUNT.run_many(db.connection(), rows)


def park(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Say of each `task` what it waits for, until when and why; nobody looks at it before `look_at`."""
    _PARK.run_many(db.connection(), rows)


def due_moments(db: Session, types: Collection[TaskType]) -> Iterator[datetime]:
    """When the next of each lane is due, past or future; whoever has seen enough reads no further."""
    connection = db.connection()
    lanes: list[tuple[str, int]] = [("", 1), ("", 2), ("", 3), ("", 4)]
    given = {"types": list(types)}
    for lane, priority in lanes:
        found = connection.scalar(_FIRST_DUE, {**given, "lane": lane, "priority": priority})
        if found is not None:
            yield found
    for row in connection.execute(_OPEN_LANES).all():
        found = connection.scalar(_FIRST_DUE, {**given, "lane": row.id, "priority": row.priority})
        if found is not None:
            yield found


def due_high(db: Session, types: Collection[TaskType], *, before: datetime, limit: int) -> set[str]:
    """What of priority 1, and of no batch, will need a place soon."""
    query = select(tasks.c.id).where(
        PENDING,
        tasks.c.lane == "",
        tasks.c.priority == 1,
        tasks.c.due_at <= before,
        tasks.c.type.in_(types),
    )
    return set(db.connection().scalars(query.order_by(tasks.c.due_at, tasks.c.id).limit(limit)))


def expired(db: Session, *, now: datetime, limit: int) -> Rows:
    """Running tasks whose worker has not renewed them, held until the commit."""
    query = (
        select(*_COLUMNS, tasks.c.lease_holder, tasks.c.account_fence, tasks.c.is_cancel_asked)
        .where(RUNNING, tasks.c.lease_until <= now)
        .order_by(tasks.c.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return db.connection().execute(query).all()


def has_expired(db: Session, *, now: datetime) -> bool:
    query = select(tasks.c.id).where(RUNNING, tasks.c.lease_until <= now)
    return db.connection().scalar(query.limit(1)) is not None
