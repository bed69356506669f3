from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Failure
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.errors import NothingFailed, TaskNotFailed, TaskNotOpen
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, Settled, TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.clock import ManualClock
from retinue.foundation.events.models import Event
from tests.factories.engaging import make_account, settings_of
from tests.factories.tasking import ask, ask_batch, claim, shown

LEASE = timedelta(seconds=30)
NETWORK = TaskFailure(FailureClass.transient, "the line broke", CallPhase.sent)


@pytest.fixture
def now(clock: ManualClock) -> datetime:
    return clock.now()


@pytest.fixture
def held(db: Session, now: datetime) -> ClaimedTask:
    ask(db, now=now)
    return claim(db, now=now)[0]


def told(db: Session) -> list[dict]:
    return [row.data for row in db.scalars(select(Event).where(Event.type == "task_update"))]


class TestFence:
    def test_whoever_was_overtaken_writes_nothing(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        later = now + LEASE
        assert tasks.settle_lost(db, rng=rng, now=later) == 1
        (again,) = claim(db, now=later, holder="another")
        assert again.fence > held.fence
        assert tasks.complete(db, held, {"mine": True}, now=later) is False
        assert tasks.fail(db, held, NETWORK, rng=rng, now=later) is False
        assert tasks.wait(db, held, WaitingFor.person, None, "x", now=later) is False
        assert tasks.report(db, held, 50, now=later) is False
        assert tasks.renew(db, [held, again], now=later) == [False, True]
        assert tasks.complete(db, again, {"mine": False}, now=later) is True
        assert shown(db, again.id).result == {"mine": False}

    def test_what_has_ended_ends_no_second_time(
        self, db: Session, held: ClaimedTask, now: datetime
    ) -> None:
        answers = tasks.complete_many(db, [Settled(held, {"n": 1})], now=now)
        assert answers + tasks.complete_many(db, [Settled(held, {"n": 2})], now=now) == [
            True,
            False,
        ]
        assert shown(db, held.id).result == {"n": 1}


class TestLost:
    def test_a_lost_workers_task_moves_on_at_once_and_says_why(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        assert tasks.settle_lost(db, rng=rng, now=now + LEASE - timedelta(seconds=1)) == 0
        assert tasks.settle_lost(db, rng=rng, now=now + LEASE) == 1
        waiting = shown(db, held.id)
        assert waiting.status is TaskStatus.pending
        assert waiting.due_at == now + LEASE
        assert "not been heard of" in (waiting.waiting_why or "")

    def test_whoever_renews_is_not_lost(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        tasks.renew(db, [held], now=now + timedelta(seconds=20))
        assert tasks.settle_lost(db, rng=rng, now=now + LEASE) == 0

    def test_a_task_that_ends_every_worker_ends_itself_after_four(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        at = now
        for _ in range(4):
            at += timedelta(hours=1)
            assert tasks.settle_lost(db, rng=rng, now=at) == 1
            at += timedelta(hours=1)
            claim(db, now=at)
        ended = shown(db, held.id)
        assert (ended.status, ended.reason, ended.attempts) == (
            TaskStatus.failed,
            "worker_lost",
            4,
        )


class TestFail:
    def test_three_retries_a_minute_then_two_then_four_and_then_it_has_failed(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        at, task = now, held
        for minutes in (1, 2, 4):
            tasks.fail(db, task, NETWORK, rng=rng, now=at)
            waiting = shown(db, task.id)
            assert waiting.waiting_for is WaitingFor.retry
            assert waiting.waiting_until == waiting.due_at
            delay = (waiting.due_at - at).total_seconds()
            assert 0.9 * 60 * minutes <= delay <= 1.1 * 60 * minutes
            assert claim(db, now=waiting.due_at - timedelta(seconds=1)) == []
            at = waiting.due_at
            (task,) = claim(db, now=at)
        tasks.fail(db, task, NETWORK, rng=rng, now=at)
        ended = shown(db, task.id)
        assert (ended.status, ended.metrics.retries, ended.attempts) == (TaskStatus.failed, 3, 4)
        assert ended.error == {
            "code": "transient",
            "class": "transient",
            "message": "the line broke",
            "source": "network",
        }

    def test_a_rate_limit_uses_up_no_retry_and_sets_the_delay_back(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        limit = TaskFailure(FailureClass.rate_limit, "slow down", retry_after=100)
        tasks.fail(db, held, NETWORK, rng=rng, now=now)
        at = now + timedelta(minutes=5)
        (again,) = claim(db, now=at)
        tasks.fail(db, again, limit, rng=rng, now=at)
        waiting = shown(db, held.id)
        assert (waiting.waiting_for, waiting.metrics.retries) == (WaitingFor.account_backoff, 1)
        assert waiting.waiting_until == at + timedelta(seconds=100)
        (third,) = claim(db, now=at + timedelta(seconds=100))
        assert (third.retries, third.backoff_step) == (1, 0)

    def test_a_rate_limit_waits_until_the_account_has_rested_too(
        self, db: Session, now: datetime, rng: random.Random
    ) -> None:
        account = make_account(db, "ava", now=now)
        ask(db, TaskType.validate_account, account.id, now=now)
        (task,) = claim(db, now=now)
        for _ in range(3):
            safety.record_failure(
                db,
                account,
                Failure(FailureClass.rate_limit, CallPhase.answered, "slow down"),
                settings=settings_of(),
                rng=rng,
                now=now,
            )
        failure = TaskFailure(FailureClass.rate_limit, "slow down")
        tasks.fail(db, task, failure, rng=rng, now=now)
        assert shown(db, task.id).waiting_until == now + timedelta(minutes=45)


class TestCancel:
    def test_what_waits_ends_at_once(self, db: Session, now: datetime) -> None:
        task = ask(db, now=now)
        ended = tasks.read(tasks.cancel(db, task, actor="x", now=now))
        assert (ended.status, ended.reason) == (TaskStatus.failed, "cancelled")
        assert claim(db, now=now) == []

    def test_what_runs_is_asked_and_is_not_tried_again(
        self, db: Session, held: ClaimedTask, now: datetime, rng: random.Random
    ) -> None:
        assert not tasks.is_cancel_asked(db, held)
        assert tasks.cancel(db, held.id, actor="x", now=now).status is TaskStatus.running
        assert tasks.is_cancel_asked(db, held)
        tasks.fail(db, held, NETWORK, rng=rng, now=now)
        assert shown(db, held.id).reason == "cancelled"

    def test_what_was_done_all_the_same_stands(
        self, db: Session, held: ClaimedTask, now: datetime
    ) -> None:
        tasks.cancel(db, held.id, actor="x", now=now)
        tasks.complete(db, held, {"n": 1}, now=now)
        assert shown(db, held.id).status is TaskStatus.completed

    def test_what_has_ended_cannot_be_cancelled(
        self, db: Session, held: ClaimedTask, now: datetime
    ) -> None:
        tasks.complete(db, held, None, now=now)
        with pytest.raises(TaskNotOpen):
            tasks.cancel(db, held.id, actor="x", now=now)


class TestRetry:
    def test_a_failed_task_begins_again_with_all_its_retries(
        self, db: Session, now: datetime
    ) -> None:
        task = ask(db, now=now)
        tasks.cancel(db, task, actor="x", now=now)
        again = tasks.read(tasks.retry(db, task, actor="x", now=now))
        assert (again.status, again.metrics.retries, again.error) == (TaskStatus.pending, 0, None)
        assert len(claim(db, now=now)) == 1

    def test_only_what_has_failed_is_tried_again(self, db: Session, now: datetime) -> None:
        with pytest.raises(TaskNotFailed):
            tasks.retry(db, ask(db, now=now), actor="x", now=now)


class TestBatches:
    def test_progress_is_told_per_chunk(self, db: Session, now: datetime) -> None:
        batch = ask_batch(db, 250, now=now)
        held = claim(db, now=now, limit=120)
        tasks.complete_many(db, [Settled(one) for one in held[:110]], now=now)
        read = tasks.read_batches(db, [tasks.batch(db, batch)], with_chunks=True)[0]
        assert [chunk.counts.total for chunk in read.chunks] == [100, 100, 50]
        assert [chunk.progress for chunk in read.chunks] == [100, 10, 0]
        assert (read.counts.completed, read.counts.running, read.progress) == (110, 10, 44)

    def test_it_is_over_when_nothing_of_it_is_open(
        self, db: Session, now: datetime, rng: random.Random
    ) -> None:
        batch = ask_batch(db, 3, now=now)
        held = claim(db, now=now)
        wrong = TaskFailure(FailureClass.invalid_input, "no")
        tasks.fail(db, held[0], wrong, rng=rng, now=now)
        tasks.complete_many(db, [Settled(held[1])], now=now)
        assert tasks.batch(db, batch).finished_at is None
        tasks.complete_many(db, [Settled(held[2])], now=now)
        assert tasks.batch(db, batch).finished_at == now

    def test_cancelling_one_ends_what_waits_and_asks_what_runs(
        self, db: Session, now: datetime
    ) -> None:
        batch = ask_batch(db, 5, now=now)
        held = claim(db, now=now, limit=2)
        tasks.cancel_batch(db, batch, actor="x", now=now)
        read = tasks.read_batches(db, [tasks.batch(db, batch)], with_chunks=False)[0]
        assert (read.counts.failed, read.counts.running, read.finished_at) == (3, 2, None)
        assert all(tasks.is_cancel_asked(db, one) for one in held)

    def test_what_has_failed_of_it_is_tried_again_and_nothing_else(
        self, db: Session, now: datetime
    ) -> None:
        batch = ask_batch(db, 4, now=now)
        held = claim(db, now=now, limit=1)
        tasks.complete_many(db, [Settled(one) for one in held], now=now)
        tasks.cancel_batch(db, batch, actor="x", now=now)
        tasks.retry_failed(db, batch, actor="x", now=now)
        assert tasks.batch(db, batch).finished_at is None
        assert len(claim(db, now=now)) == 3
        with pytest.raises(NothingFailed):
            tasks.retry_failed(db, batch, actor="x", now=now)


class TestEvents:
    def test_a_task_that_stands_alone_tells_each_of_its_steps(
        self, db: Session, held: ClaimedTask, now: datetime
    ) -> None:
        tasks.report(db, held, 40, "half way", now=now)
        tasks.complete(db, held, {"n": 1}, now=now + timedelta(seconds=2))
        steps = [(one["status"], one["progress"]) for one in told(db)]
        assert steps == [("pending", 0), ("running", 0), ("running", 40), ("completed", 100)]
        assert told(db)[-1]["result"] == {"n": 1}
        assert told(db)[-1]["metrics"]["duration"] == 2.0

    def test_a_chunk_of_a_batch_is_told_with_one_event(self, db: Session, now: datetime) -> None:
        batch = ask_batch(db, 100, now=now)
        held = claim(db, now=now, limit=100)
        tasks.complete_many(db, [Settled(one) for one in held], now=now)
        (only,) = told(db)
        assert (only["batch_id"], only["batch"]["changed"]) == (batch, 100)
        assert only["batch"]["counts"]["completed"] == 100


class TestSilence:
    def test_a_task_whose_worker_does_not_report_says_so_and_until_when(
        self, db: Session, held: ClaimedTask, now: datetime
    ) -> None:
        def seen(later: timedelta) -> tuple[str | None, str | None, datetime | None]:
            task = tasks.read(tasks.get(db, held.id), now=now + later)
            (running,) = tasks.overview(db, now=now + later).running_tasks
            assert task.status is TaskStatus.running
            return running.note, task.waiting_why, task.waiting_until

        assert seen(timedelta(seconds=14)) == (None, None, None)
        words = (
            "Its worker has not reported for 16 s. Unless it does, another one takes the task over "
            f"after {now + LEASE:%H:%M:%S} UTC."
        )
        assert seen(timedelta(seconds=16)) == (words, words, now + LEASE)
        tasks.renew(db, [held], now=now + timedelta(seconds=17))
        assert seen(timedelta(seconds=18)) == (None, None, None)
