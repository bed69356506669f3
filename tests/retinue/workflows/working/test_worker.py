from __future__ import annotations

import dataclasses
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.service import get as account_of
from retinue.capabilities.safety import service as safety
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.clock import Clock, ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Unavailable
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.errors import TaskFailed, TaskWaits
from retinue.workflows.working.schemas import Reporting, TaskFunction
from retinue.workflows.working.service import Worker
from tests.factories import serving
from tests.factories.engaging import make_account
from tests.factories.tasking import PLAIN, ask, ask_batch, claim, shown, statuses

VALIDATE = TaskType.validate_account
Body = Callable[[ClaimedTask], Mapping[str, Any] | None]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


def function(body: Body, kind: TaskType = PLAIN, **more: Any) -> TaskFunction:
    def run(runtime: Runtime, task: ClaimedTask, report: Reporting) -> Mapping[str, Any] | None:
        return body(task)

    return TaskFunction(kind, run, lambda _db, _params: [], **more)


def raising(error: Exception) -> Body:
    def body(task: ClaimedTask) -> None:
        raise error

    return body


def asked(runtime: Runtime, kind: TaskType = PLAIN, login: str | None = None) -> str:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        account = None if login is None else make_account(db, login, now=now).id
        return ask(db, kind, account, now=now)


def stands(runtime: Runtime, task_id: str) -> Any:
    with runtime.database.reading() as db:
        return shown(db, task_id)


class TestStep:
    def test_what_the_function_gives_back_is_the_result(self, runtime: Runtime) -> None:
        task = asked(runtime)
        assert Worker(runtime, [function(lambda one: {"id": one.id})]).step() == 1
        assert stands(runtime, task).result == {"id": task}

    def test_a_failure_is_tried_again_later(self, runtime: Runtime) -> None:
        task = asked(runtime)
        failure = TaskFailure(FailureClass.transient, "no", CallPhase.not_sent)
        assert Worker(runtime, [function(raising(TaskFailed(failure)))]).step() == 1
        assert stands(runtime, task).waiting_for is WaitingFor.retry

    def test_a_wish_to_wait_costs_nothing(self, runtime: Runtime) -> None:
        task, until = asked(runtime), runtime.clock.now() + timedelta(hours=1)
        waits = TaskWaits(WaitingFor.person, until, "someone must look")
        Worker(runtime, [function(raising(waits))]).step()
        found = stands(runtime, task)
        assert (found.waiting_for, found.attempts) == (WaitingFor.person, 0)
        assert found.waiting_until == until

    def test_what_is_not_there_for_now_is_tried_again(self, runtime: Runtime) -> None:
        task = asked(runtime)
        Worker(runtime, [function(raising(Unavailable("no disk", retry_after=5)))]).step()
        assert stands(runtime, task).waiting_for is WaitingFor.retry

    def test_a_fault_of_ours_is_told_without_a_stack(self, runtime: Runtime) -> None:
        task = asked(runtime, TaskType.update_profile, "ava")
        worker = Worker(runtime, [function(raising(KeyError("x")), TaskType.update_profile)])
        worker.step()
        found = stands(runtime, task)
        assert (found.status, found.error["code"]) == (TaskStatus.failed, "internal_error")
        assert found.error["message"] == "KeyError: 'x'"

    def test_a_result_that_cannot_be_written_fails_its_task_and_no_other(
        self, runtime: Runtime
    ) -> None:
        bad, good = asked(runtime, TaskType.update_profile, "ava"), asked(runtime)
        functions = [
            function(lambda _: {"x": object()}, TaskType.update_profile),
            function(lambda _: {"x": 1}),
        ]
        Worker(runtime, functions).step()
        assert stands(runtime, bad).error["code"] == "internal_error"
        assert stands(runtime, good).status is TaskStatus.completed

    @pytest.mark.parametrize(
        ("failure", "phase", "health"),
        [
            (FailureClass.account_locked, CallPhase.answered, Health.locked),
            (FailureClass.account_locked, CallPhase.sent, Health.unknown),
            (FailureClass.transient, CallPhase.sent, Health.unknown),
        ],
    )
    def test_what_a_call_met_counts_for_its_account_as_it_does_in_a_session(
        self, runtime: Runtime, failure: FailureClass, phase: CallPhase, health: Health
    ) -> None:
        task = asked(runtime, VALIDATE, "ava")
        error = DriverError(failure, phase=phase, message="no")
        Worker(runtime, [function(raising(error), VALIDATE)]).step()
        account_id = stands(runtime, task).account_id
        with runtime.database.reading() as db:
            assert account_of(db, account_id).health is health

    def test_a_rate_limit_rests_the_account_and_the_task_with_it(self, runtime: Runtime) -> None:
        task = asked(runtime, VALIDATE, "ava")
        error = DriverError(
            FailureClass.rate_limit, phase=CallPhase.answered, message="slow", retry_after=500
        )
        Worker(runtime, [function(raising(error), VALIDATE)]).step()
        found = stands(runtime, task)
        with runtime.database.reading() as db:
            standing = safety.standing_of(db, found.account_id, now=runtime.clock.now())
        assert found.waiting_until == standing.backoff_until
        assert (found.waiting_for, found.metrics.retries) == (WaitingFor.account_backoff, 0)


class TestWorkOn:
    def test_it_runs_each_once_however_often_it_is_told(self, runtime: Runtime) -> None:
        ids = [asked(runtime) for _ in range(5)]
        ran: list[str] = []
        worker = Worker(runtime, [function(lambda one: ran.append(one.id))])
        assert worker.work_on([*ids, *ids]) == 5
        assert worker.work_on(ids) == 0
        assert sorted(ran) == sorted(ids)


class TestReport:
    def test_progress_is_seen_while_it_runs_once_a_second_at_most(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        seen: list[int] = []

        def run(runtime: Runtime, task: ClaimedTask, report: Reporting) -> None:
            for percent in (10, 20, 30):
                report(percent)
                seen.append(stands(runtime, task.id).progress)
                clock.advance(timedelta(seconds=0.6))

        asked(runtime)
        Worker(runtime, [TaskFunction(PLAIN, run, lambda _db, _params: [])]).step()
        assert seen == [0, 0, 30]

    def test_whoever_was_cancelled_learns_of_it_there(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        def run(runtime: Runtime, task: ClaimedTask, report: Reporting) -> None:
            with runtime.database.writing() as db:
                tasks.cancel(db, task.id, actor="x", now=clock.now())
            clock.advance(timedelta(seconds=2))
            report(50)
            raise AssertionError("it went on")

        task = asked(runtime)
        Worker(runtime, [TaskFunction(PLAIN, run, lambda _db, _params: [])]).step()
        assert stands(runtime, task).reason == "cancelled"


class TestTakeOver:
    def test_a_lost_workers_task_is_run_by_another_within_45_seconds(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        task = asked(runtime)
        with runtime.database.writing() as db:
            assert claim(db, now=clock.now(), holder="lost")
        worker = Worker(runtime, [function(lambda _: {"by": "another"})])
        waited = 0
        while stands(runtime, task).status is not TaskStatus.completed:
            worker.step()
            clock.advance(timedelta(seconds=5))
            waited += 5
            assert waited <= 45
        assert stands(runtime, task).metrics.retries == 1

    def test_a_silent_worker_is_shown_as_lost_after_thirty_seconds(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        Worker(runtime, [function(lambda _: None)]).step()
        for seconds, is_lost in ((30, False), (1, True)):
            clock.advance(timedelta(seconds=seconds))
            with runtime.database.reading() as db:
                assert [w.is_lost for w in tasks.workers(db, now=clock.now())] == [is_lost]


@dataclasses.dataclass
class AtWork:
    worker: Worker
    stop: threading.Event
    thread: threading.Thread

    def end(self) -> None:
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


def at_work(runtime: Runtime, functions: list[TaskFunction], **more: Any) -> AtWork:
    worker, stop = Worker(runtime, functions, **more), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    return AtWork(worker, stop, thread)


def until(condition: Callable[[], bool], *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def live(database: Database, data_dir: Path) -> Runtime:
    """With the machine's own clock."""
    clock: Clock = SystemClock()
    made = serving.make_runtime(database, ManualClock(clock.now()), data_dir)
    return dataclasses.replace(made, clock=clock, rng=random.Random(1))


class TestRun:
    def test_it_works_off_a_batch_and_leaves_in_order(self, live: Runtime) -> None:
        with live.database.writing() as db:
            batch = ask_batch(db, 300, now=live.clock.now())
        working = at_work(live, [function(lambda one: dict(one.params))])
        until(lambda: statuses(live.database)[TaskStatus.completed] == 300)
        working.end()
        with live.database.reading() as db:
            assert tasks.batch(db, batch).finished_at is not None
            assert tasks.workers(db, now=live.clock.now()) == []
            assert {row.result["n"] for row in tasks.results(db, batch)} == set(range(300))

    def test_no_more_run_side_by_side_than_there_are_places(self, live: Runtime) -> None:
        lock, now_running, most = threading.Lock(), [0], [0]

        def body(task: ClaimedTask) -> None:
            with lock:
                now_running[0] += 1
                most[0] = max(most[0], now_running[0])
            time.sleep(0.05)
            with lock:
                now_running[0] -= 1

        with live.database.writing() as db:
            ask_batch(db, 20, now=live.clock.now())
        working = at_work(live, [function(body)], places=3)
        until(lambda: statuses(live.database)[TaskStatus.completed] == 20)
        working.end()
        assert most[0] == 3

    def test_what_was_not_begun_is_given_back_when_it_ends(self, live: Runtime) -> None:
        gate, begun = threading.Event(), list[str]()
        with live.database.writing() as db:
            ask_batch(db, 10, now=live.clock.now())

        def body(task: ClaimedTask) -> None:
            begun.append(task.id)
            gate.wait(10)

        working = at_work(live, [function(body)], places=2)
        until(lambda: len(begun) == 2)
        working.stop.set()
        gate.set()
        working.end()
        found = statuses(live.database)
        assert found[TaskStatus.running] == 0
        assert found[TaskStatus.completed] == 2
        assert found[TaskStatus.pending] == 8
