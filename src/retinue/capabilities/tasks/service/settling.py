"""
How a task comes out of somebody's hands.

Every verb is told which fence the task was claimed under. Where that has moved on, somebody else
has the task, or it has ended: then nothing is written, and the answer is False.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.safety import service as safety
from retinue.capabilities.tasks.models import LOOK_UPS, TaskStatus, WaitingFor
from retinue.capabilities.tasks.repository import queue, waking
from retinue.capabilities.tasks.repository import settling as repository
from retinue.capabilities.tasks.rules import retrying
from retinue.capabilities.tasks.rules.retrying import Decision, Verdict
from retinue.capabilities.tasks.rules.waiting import PERSON_LOOK
from retinue.capabilities.tasks.schemas import ClaimedTask, Settled, TaskFailure
from retinue.capabilities.tasks.service import telling
from retinue.capabilities.tasks.service.taking import LEASE, lease_holder
from retinue.capabilities.tasks.service.telling import News
from retinue.capabilities.tasks.service.withdrawing import CANCELLED, take_back
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.clock import real
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import Lease
from retinue.foundation.randomness import Random
from retinue.foundation.redaction import redact

_LOST = TaskFailure(
    FailureClass.unknown,
    "The worker that had it has not been heard of any more.",
    CallPhase.sent,
    code="worker_lost",
    source="queue",
)
_LOST_AT_ONCE = 200
_LONGEST_NOTE = 255


def renew(db: Session, claimed: Sequence[ClaimedTask], *, now: datetime) -> list[bool]:
    """Keep them, and the leases of their accounts, for another thirty seconds."""
    ours = _ours(db, claimed)
    kept = [task for task, is_ours in zip(claimed, ours, strict=True) if is_ours]
    if kept:
        repository.extend(db, [task.id for task in kept], until=now + real(LEASE))
        leases.renew_many(db, _leases(kept, now), ttl=LEASE, now=now)
    return ours


def report(
    db: Session, claimed: ClaimedTask, progress: int, note: str | None = None, *, now: datetime
) -> bool:
    """Say how far it is, in percent, and perhaps at what."""
    if not _is_ours(db, claimed):
        return False
    text = None if note is None else redact(note)[:_LONGEST_NOTE]
    percent = min(max(progress, 0), 99)
    repository.note(db, claimed.id, progress=percent, text=text)
    if claimed.batch_id is None:
        news = News.of(claimed, TaskStatus.running, progress=percent)
        telling.tell(db, [news], now=now)
    return True


def is_cancel_asked(db: Session, claimed: ClaimedTask) -> bool:
    row = repository.held(db, [claimed.id]).get(claimed.id)
    return row is not None and row.fence == claimed.fence and bool(row.is_cancel_asked)


def complete(
    db: Session, claimed: ClaimedTask, result: Mapping[str, Any] | None, *, now: datetime
) -> bool:
    return complete_many(db, [Settled(claimed, result)], now=now)[0]


def complete_many(db: Session, settled: Sequence[Settled], *, now: datetime) -> list[bool]:
    """As `complete` for each, in a few statements for all."""
    ours = _ours(db, [one.task for one in settled])
    kept = [one for one, is_ours in zip(settled, ours, strict=True) if is_ours]
    if kept:
        repository.complete(db, {one.task.id: one.result for one in kept}, now=now)
        news = [
            News.of(one.task, TaskStatus.completed, progress=100, ended_at=now, result=one.result)
            for one in kept
        ]
        _let_go(db, [one.task for one in kept], now=now)
        telling.tell(db, news, now=now)
    return ours


def fail(
    db: Session, claimed: ClaimedTask, failure: TaskFailure, *, rng: Random, now: datetime
) -> bool:
    """
    An attempt has failed: the task is tried again where that does no harm, or it has failed.

    A rate limit costs no retry; the task is due when both the account's backoff and its own delay are over.
    """
    row = repository.held(db, [claimed.id]).get(claimed.id)
    if row is None or row.fence != claimed.fence:
        return False
    if row.is_cancel_asked:
        _end_cancelled(db, claimed, now=now)
        return True
    decision = retrying.decide(
        failure,
        type=claimed.type,
        retries=claimed.retries,
        step=claimed.backoff_step,
        rng=rng,
    )
    _carry_out(db, claimed, failure, decision, now=now)
    return True


def wait(
    db: Session,
    claimed: ClaimedTask,
    waiting_for: WaitingFor,
    until: datetime | None,
    why: str,
    *,
    now: datetime,
) -> bool:
    """It cannot go on now, through nobody's fault: it costs no attempt, no retry and no budget."""
    row = repository.held(db, [claimed.id]).get(claimed.id)
    if row is None or row.fence != claimed.fence:
        return False
    if row.is_cancel_asked:
        # It may have asked a person after it was cancelled.
        take_back(db, [(claimed.id, claimed.account_id)], by="retinue", now=now)
        _end_cancelled(db, claimed, now=now)
        return True
    values = {
        **_waits(waiting_for, until, why, due_at=until or now + PERSON_LOOK),
        "attempts": max(0, claimed.attempts - 1),
    }
    if claimed.started_at is not None:
        repository.give_use_back(db, claimed.id, since=claimed.started_at)
    _put_back(db, claimed, values, now=now)
    return True


def give_back(db: Session, claimed: Sequence[ClaimedTask], *, now: datetime) -> None:
    """What a worker has taken and not begun, when it ends: it is anybody's again, at once."""
    for task, is_ours in zip(claimed, _ours(db, claimed), strict=True):
        if not is_ours:
            continue
        values = {
            "status": TaskStatus.pending,
            "attempts": max(0, task.attempts - 1),
            "start_time": None,
            "due_at": task.due_at,
        }
        if task.started_at is not None:
            repository.give_use_back(db, task.id, since=task.started_at)
        _put_back(db, task, values, now=now)


def settle_lost(db: Session, *, rng: Random, now: datetime) -> int:
    """Tasks whose worker has not renewed them move on: to the queue, or to their end after too many losses."""
    rows = queue.expired(db, now=now, limit=_LOST_AT_ONCE)
    for row in rows:
        task = ClaimedTask(
            id=row.id,
            type=row.type,
            account_id=row.account_id,
            worker_account_id=row.worker_account_id,
            params=row.params,
            fence=row.fence,
            holder=row.lease_holder,
            attempts=row.attempts,
            batch_id=row.batch_id,
            due_at=row.due_at,
            retries=row.retries,
            backoff_step=row.backoff_step,
            account_fence=row.account_fence,
        )
        if row.is_cancel_asked:
            _end_cancelled(db, task, now=now)
            continue
        decision = retrying.after_loss(retries=row.retries, step=row.backoff_step, rng=rng)
        _carry_out(db, task, _LOST, decision, now=now)
    return len(rows)


def has_lost(db: Session, *, now: datetime) -> bool:
    return queue.has_expired(db, now=now)


def _carry_out(
    db: Session, task: ClaimedTask, failure: TaskFailure, decision: Decision, *, now: datetime
) -> None:
    error = {**failure.as_json(), "message": redact(failure.message)[:2000]}
    if decision.verdict is Verdict.over:
        values = {"status": TaskStatus.failed, "error": error, "end_time": now}
        reason = str(error["code"])[:60]
        repository.end(db, task.id, {**values, "reason": reason})
        _let_go(db, [task], now=now)
        news = News.of(task, TaskStatus.failed, ended_at=now, error=error)
        telling.tell(db, [news], now=now)
        return
    if decision.verdict is Verdict.limited:
        standing = _rests_until(db, task, now=now)
        due_at = retrying.later(now, decision.delay, standing)
        values = _waits(WaitingFor.account_backoff, due_at, failure.message, due_at=due_at)
        values["backoff_step"] = 0
    else:
        due_at = retrying.later(now, decision.delay)
        values = _waits(WaitingFor.retry, due_at, failure.message, due_at=due_at)
        values["retries"] = min(task.retries + 1, retrying.RETRIES)
        values["backoff_step"] = task.backoff_step + 1
    _put_back(db, task, {**values, "error": error}, now=now)


def _waits(
    what: WaitingFor, until: datetime | None, why: str, *, due_at: datetime
) -> dict[str, Any]:
    return {
        "status": TaskStatus.pending,
        "waiting_for": what,
        "waiting_until": until,
        "waiting_why": redact(why)[:_LONGEST_NOTE],
        "due_at": due_at,
    }


def _put_back(db: Session, task: ClaimedTask, values: dict[str, Any], *, now: datetime) -> None:
    repository.end(db, task.id, {**values, "progress": 0})
    _let_go(db, [task], now=now)
    retries = values.get("retries", task.retries)
    news = News.of(task, TaskStatus.pending, error=values.get("error"), retries=retries)
    telling.tell(db, [news], now=now)


def _end_cancelled(db: Session, task: ClaimedTask, *, now: datetime) -> None:
    values = {"status": TaskStatus.failed, "reason": CANCELLED, "end_time": now}
    repository.end(db, task.id, values)
    _let_go(db, [task], now=now)
    telling.tell(db, [News.of(task, TaskStatus.failed, ended_at=now)], now=now)


def _rests_until(db: Session, task: ClaimedTask, *, now: datetime) -> datetime | None:
    if task.busy_account_id is None:
        return None
    standing = safety.standing_of(db, task.busy_account_id, now=now)
    return standing.cooldown_until or standing.backoff_until


def _let_go(db: Session, tasks: Sequence[ClaimedTask], *, now: datetime) -> None:
    """Give the accounts back, and let the next in line for them have its turn."""
    leases.release_many(db, _leases(tasks, now))
    freed = {one.busy_account_id for one in tasks if one.busy_account_id and one.account_fence}
    look_ups = sum(task.type in LOOK_UPS for task in tasks)
    if freed:
        waking.wake_of_account(db, freed, now=now)
    if look_ups:
        waking.wake_look_ups(db, number=look_ups, now=now)


def _leases(tasks: Sequence[ClaimedTask], now: datetime) -> list[Lease]:
    return [
        Lease(
            accounts.lease_key(task.busy_account_id), lease_holder(task.id), task.account_fence, now
        )
        for task in tasks
        if task.account_fence is not None and task.busy_account_id is not None
    ]


def _is_ours(db: Session, task: ClaimedTask) -> bool:
    return _ours(db, [task])[0]


def _ours(db: Session, tasks: Sequence[ClaimedTask]) -> list[bool]:
    held = repository.held(db, [task.id for task in tasks])
    return [task.id in held and held[task.id].fence == task.fence for task in tasks]
