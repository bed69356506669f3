from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.foundation.bell import Bell
from retinue.foundation.clock import real
from retinue.foundation.errors import NotFound
from retinue.foundation.events import service as events
from retinue.foundation.jobs import repository, rules
from retinue.foundation.jobs.models import ATTEMPTS, Job
from retinue.foundation.redaction import redact

LEASE = timedelta(seconds=35)
"""Renewed every third of it while the job runs. With a sweep every five seconds, others take over within 40."""
DONE_ROWS_KEPT = timedelta(days=7)
_ERROR_LENGTH = 2000

deferred = Bell("jobs.deferred")
"""Rings when a transaction that deferred a job has committed; told are the names of the jobs."""


class JobNotFound(NotFound):
    code = "job_not_found"


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """One run of a row that this process holds. `fence` is what lets it write the end of the run."""

    id: int
    name: str
    payload: dict[str, Any]
    key: str | None
    every: float | None
    due_at: datetime
    attempts: int
    fence: int
    holder: str

    @classmethod
    def of(cls, row: Job) -> ClaimedJob:
        return cls(
            id=row.id,
            name=row.name,
            payload=row.payload,
            key=row.key,
            every=row.every,
            due_at=row.due_at,
            attempts=row.attempts,
            fence=row.fence,
            holder=row.lease_holder or "",
        )


@dataclass(frozen=True, slots=True)
class Backlog:
    waiting: int
    running: int
    dead: int
    oldest_due_at: datetime | None


def defer(
    db: Session,
    name: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
) -> None:
    """
    Have the job done after this transaction, and only if it commits.

    With `key` there is one waiting row per key: a second call leaves the first
    one's payload and only brings it forward.
    """
    row = _Row(name, payload, due_at=due_at or now, key=key)
    if key is None:
        repository.insert_new(db, row.values())
        deferred.ring_on_commit(db, [name])
    else:
        _insert_or_bring_forward(db, row, key)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    payload: dict[str, Any]
    due_at: datetime
    key: str | None
    every: float | None = None

    def values(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "payload": self.payload,
            "key": self.key,
            "every": self.every,
            "due_at": self.due_at,
            "fence": 0,
            "attempts": 0,
        }


def _insert_or_bring_forward(db: Session, row: _Row, key: str) -> None:
    # The row that stands in the way may be claimed, and its key freed, between the two statements.
    while not repository.insert_unless_waiting(db, row.values()):
        if repository.bring_forward(db, key, due_at=row.due_at, every=row.every):
            break
    deferred.ring_on_commit(db, [row.name])


def claim(
    db: Session, names: Collection[str], *, holder: str, now: datetime, limit: int
) -> list[ClaimedJob]:
    """Take due rows, the longest due first. `holder` must be new for every call."""
    rows = repository.claim_due(
        db, names, holder=holder, until=now + real(LEASE), now=now, limit=limit
    )
    return [ClaimedJob.of(row) for row in rows]


def has_due(db: Session, names: Collection[str], *, now: datetime) -> bool:
    return repository.has_due(db, names, now=now)


def next_due_at(db: Session, names: Collection[str]) -> datetime | None:
    return repository.next_due_at(db, names)


def renew(db: Session, jobs: Collection[ClaimedJob], *, now: datetime) -> int:
    """Keep the rows for another lease; say how many were still ours."""
    return repository.extend(
        db, [j.id for j in jobs], holders={j.holder for j in jobs}, until=now + real(LEASE)
    )


def finish(db: Session, job: ClaimedJob, *, now: datetime) -> bool:
    """The run succeeded. False when the lease was lost: somebody else settles the row."""
    if job.every is None:
        values: dict[str, Any] = {"done_at": now, "last_error": None}
    else:
        due_at = rules.next_run(due_at=job.due_at, every=job.every, now=now)
        values = {"due_at": due_at, "attempts": 0, "last_error": None}
    return repository.settle(db, job.id, fence=job.fence, values=values)


def fail(db: Session, job: ClaimedJob, *, error: str, now: datetime) -> bool:
    """The run failed: due again after a delay, parked in sight after the last attempt."""
    values: dict[str, Any] = {"last_error": redact(error)[:_ERROR_LENGTH]}
    is_parked = False
    if job.every is not None:
        values["due_at"] = rules.schedule_retry_at(
            attempts=job.attempts, due_at=job.due_at, every=job.every, now=now
        )
        values["attempts"] = 0 if job.attempts >= ATTEMPTS else job.attempts
    elif (again := rules.retry_at(attempts=job.attempts, now=now)) is not None:
        values["due_at"] = again
    else:
        values["dead_at"] = now
        is_parked = True
    if not repository.settle(db, job.id, fence=job.fence, values=values):
        return False
    if is_parked:
        message = f"The job {job.name} failed {job.attempts} times and is parked."
        events.publish(db, "error", {"job_id": job.id, "message": message}, now=now)
    elif (
        job.every is None
        and job.key is not None
        and not repository.give_key_back(db, job.id, job.key)
    ):
        # Newer work of the same key waits already; it does what this row would have repeated.
        repository.set_done(db, job.id, now=now)
    return True


def has_lost(db: Session, *, now: datetime) -> bool:
    return bool(repository.expired_last_attempts(db, now=now))


def settle_lost(db: Session, *, now: datetime) -> int:
    """Rows whose process died during their last attempt; a job that ends its process is not run for ever."""
    rows = repository.expired_last_attempts(db, now=now)
    for row in rows:
        error = f"The process that ran it ended during attempt {row.attempts}."
        fail(db, ClaimedJob.of(row), error=error, now=now)
    return len(rows)


def ensure_schedule(db: Session, name: str, *, every: float, now: datetime) -> None:
    """One row for the schedule, however often and by how many processes this is called."""
    key = f"schedule:{name}"
    _insert_or_bring_forward(db, _Row(name, {}, due_at=now, key=key, every=every), key)


def prune(db: Session, *, now: datetime, limit: int = 1000) -> int:
    return repository.delete_done(db, before=now - real(DONE_ROWS_KEPT), limit=limit)


def backlog(db: Session, *, now: datetime) -> Backlog:
    waiting, running, dead, oldest = repository.counts(db, now=now)
    return Backlog(waiting=waiting, running=running, dead=dead, oldest_due_at=oldest)


def parked(db: Session, *, limit: int = 100) -> Sequence[Job]:
    return repository.dead(db, limit=limit)


def revive(db: Session, job_id: int, *, now: datetime) -> None:
    """
    Give a parked job its attempts back.

    Raises:
        JobNotFound: no parked job has this id.
    """
    if not repository.revive(db, job_id, now=now):
        raise JobNotFound(f"No parked job has the id {job_id}.", job_id=job_id)
    deferred.ring_on_commit(db)
