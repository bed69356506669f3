"""Looking at tasks and batches. Nothing here changes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.errors import BatchNotFound, TaskNotFound
from retinue.capabilities.tasks.models import Priority, TaskStatus, WaitingFor
from retinue.capabilities.tasks.repository import reading as repository
from retinue.capabilities.tasks.rules import silence
from retinue.capabilities.tasks.schemas import (
    BatchFilter,
    BatchRead,
    ChunkRead,
    Counts,
    TaskFilter,
    TaskMetrics,
    TaskRead,
)
from retinue.capabilities.tasks.service import taking
from retinue.foundation.clock import real

COUNTED = 10_000
_AT_ONCE = 500

FoundTask = Any
"""A row of `tasks` with `account` and `worker_account`, the logins; `read` gives its shape for others."""
FoundBatch = Any
"""A row of `batches`."""


def get(
    db: Session,
    task_id: str,
    *,
    account_ids: frozenset[int] | None = None,
    for_update: bool = False,
) -> FoundTask:
    """
    Raises:
        TaskNotFound: there is none of this id, or it is about none of `account_ids`.
    """
    row = repository.find(db, task_id, for_update=for_update)
    if row is None or (account_ids is not None and row.account_id not in account_ids):
        raise TaskNotFound(f"There is no task {task_id}.", task_id=task_id)
    return row


def page(
    db: Session, wanted: TaskFilter, *, before_id: str | None = None, limit: int = 50
) -> Sequence[FoundTask]:
    """The newest first."""
    return repository.page(db, wanted, before_id=before_id, limit=limit)


def count(db: Session, wanted: TaskFilter) -> int | None:
    """None above ten thousand."""
    number = repository.count(db, wanted, at_most=COUNTED + 1)
    return number if number <= COUNTED else None


def read(row: FoundTask, *, now: datetime | None = None) -> TaskRead:
    """
    As it is shown: a pending task that waits for its turn only says so, and one in the hands of a
    worker that has fallen silent before `now` says until when it is waited for.
    """
    waits_for = row.waiting_for
    if waits_for is None and row.status is TaskStatus.pending:
        waits_for = WaitingFor.turn
    duration = None
    if row.start_time is not None and row.end_time is not None:
        duration = (row.end_time - row.start_time).total_seconds()
    metrics = TaskMetrics(
        start_time=row.start_time, end_time=row.end_time, duration=duration, retries=row.retries
    )
    values = {name: getattr(row, name) for name in TaskRead.model_fields if name not in _MADE_HERE}
    if (silence := silence_of(row, now=now)) is not None:
        values |= {"waiting_until": row.lease_until, "waiting_why": silence}
    return TaskRead(
        **values, waiting_for=waits_for, priority=Priority(row.priority), metrics=metrics
    )


def silence_of(row: FoundTask, *, now: datetime | None) -> str | None:
    """What there is to say of a worker that holds the task and does not report."""
    if now is None or row.status is not TaskStatus.running:
        return None
    return silence.words(row.lease_until, lease=real(taking.LEASE), now=now)


_MADE_HERE = frozenset({"waiting_for", "priority", "metrics"})


def batch(db: Session, batch_id: str) -> FoundBatch:
    """
    Raises:
        BatchNotFound: there is none of this id.
    """
    row = repository.batch(db, batch_id)
    if row is None:
        raise BatchNotFound(f"There is no batch {batch_id}.", batch_id=batch_id)
    return row


def batches(
    db: Session, wanted: BatchFilter, *, before_id: str | None = None, limit: int = 50
) -> Sequence[FoundBatch]:
    """The newest first."""
    return repository.batch_page(db, wanted, before_id=before_id, limit=limit)


def read_batches(db: Session, rows: Sequence[FoundBatch], *, with_chunks: bool) -> list[BatchRead]:
    chunks: dict[str, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    if rows:
        for one in repository.counts_of_chunks(db, [row.id for row in rows]):
            chunks[one.batch_id][one.chunk][one.status.value] = one.number
    return [_read_batch(row, chunks[row.id], with_chunks=with_chunks) for row in rows]


def results(db: Session, batch_id: str) -> Iterator[FoundTask]:
    """Every task of a batch in its order. Read in pieces on this one handle; a long answer opens its own."""
    position = -1
    while True:
        rows = batch_piece(db, batch_id, after_position=position)
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        position = rows[-1].position


def batch_piece(db: Session, batch_id: str, *, after_position: int) -> Sequence[FoundTask]:
    return repository.of_batch(db, batch_id, after_position=after_position, limit=_AT_ONCE)


def _read_batch(
    row: FoundBatch, chunks: dict[int, dict[str, int]], *, with_chunks: bool
) -> BatchRead:
    read_chunks = [
        ChunkRead(chunk=number, counts=(counts := Counts(**found)), progress=counts.progress)
        for number, found in sorted(chunks.items())
    ]
    sums = {
        name: sum(getattr(one.counts, name) for one in read_chunks) for name in Counts.model_fields
    }
    counts = Counts(**sums)
    return BatchRead(
        id=row.id,
        type=row.type,
        name=row.name,
        priority=Priority(row.priority),
        size=row.size,
        counts=counts,
        progress=counts.progress,
        chunks=read_chunks if with_chunks else [],
        requested_by=row.requested_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
