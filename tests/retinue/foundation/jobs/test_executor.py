from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.jobs import service
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.jobs.models import Job
from retinue.foundation.jobs.registry import JobFunction, Registry
from retinue.foundation.runtime import Runtime
from tests.retinue.foundation import children

PATIENCE = 30.0


class Work:
    """Counts its runs; what it does besides is given."""

    def __init__(self, then: Callable[[dict[str, Any]], object] | None = None) -> None:
        self.seen: list[Any] = []
        self._then = then

    def __call__(self, runtime: Runtime, payload: dict[str, Any]) -> None:
        self.seen.append(payload.get("n"))
        if self._then is not None:
            self._then(payload)

    def function(self, *, every: float | None = None) -> JobFunction:
        return JobFunction("tests.work", self, every=every)


def defer(runtime: Runtime, *numbers: int) -> None:
    with runtime.database.writing() as db:
        for number in numbers:
            service.defer(db, "tests.work", {"n": number}, now=runtime.clock.now())


@contextmanager
def running(*executors: Executor) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=executor.run, args=(stop,)) for executor in executors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


class TestRun:
    def test_two_executors_run_two_hundred_jobs_each_once(
        self, make_runtime: Callable[[], Runtime]
    ) -> None:
        work = Work()
        first, second = make_runtime(), make_runtime()
        defer(first, *range(200))
        with running(
            Executor(first, [work.function()], threads=3),
            Executor(second, [work.function()], threads=3),
        ):
            wait_for(lambda: len(work.seen) >= 200)

        assert sorted(work.seen) == list(range(200))

    def test_a_job_starts_without_waiting_for_the_sweep(
        self, make_runtime: Callable[[], Runtime]
    ) -> None:
        work, runtime = Work(), make_runtime()
        with running(Executor(runtime, [work.function()])):
            defer(runtime, 1)
            started = time.monotonic()
            wait_for(lambda: work.seen == [1])

        assert time.monotonic() - started < 3

    def test_a_job_that_is_due_soon_starts_when_it_is_due(
        self, make_runtime: Callable[[], Runtime]
    ) -> None:
        work, runtime = Work(), make_runtime()
        due_at = runtime.clock.now() + timedelta(seconds=0.4)
        with runtime.database.writing() as db:
            service.defer(db, "tests.work", {"n": 1}, now=runtime.clock.now(), due_at=due_at)
        with running(Executor(runtime, [work.function()])):
            wait_for(lambda: work.seen == [1])
            assert runtime.clock.now() >= due_at

    def test_it_lets_running_jobs_end_and_starts_no_new_ones(
        self, make_runtime: Callable[[], Runtime]
    ) -> None:
        may_end = threading.Event()
        work, runtime = Work(lambda _: may_end.wait(PATIENCE)), make_runtime()
        defer(runtime, 1, 2)
        stop = threading.Event()
        thread = threading.Thread(
            target=Executor(runtime, [work.function()], threads=1).run, args=(stop,)
        )
        thread.start()
        wait_for(lambda: work.seen == [1])
        stop.set()
        may_end.set()
        thread.join(PATIENCE)

        assert work.seen == [1]
        with runtime.database.reading() as db:
            seen = service.backlog(db, now=runtime.clock.now())
        assert (seen.waiting, seen.running) == (1, 0)

    def test_a_lease_is_renewed_while_the_work_goes_on(
        self, make_runtime: Callable[..., Runtime], clock: ManualClock
    ) -> None:
        may_end = threading.Event()
        work, runtime = Work(lambda _: may_end.wait(PATIENCE)), make_runtime(clock)
        defer(runtime, 1)
        with running(Executor(runtime, [work.function()])):
            wait_for(lambda: work.seen == [1])
            for _ in range(4):
                clock.sleep(service.LEASE.total_seconds() / 2)
                service.deferred.ring()
                end = clock.now() + service.LEASE - timedelta(seconds=1)
                wait_for(lambda end=end: lease_end(runtime) > end)  # type: ignore[misc]
            may_end.set()

        assert work.seen == [1]


def lease_end(runtime: Runtime) -> Any:
    with runtime.database.reading() as db:
        job = db.get_one(Job, 1)
        assert job.lease_until is not None
        return job.lease_until


class TestStep:
    def test_a_job_whose_process_was_killed_runs_again_after_its_lease(
        self, database: Database, database_url: str, make_runtime: Callable[..., Runtime]
    ) -> None:
        clock = ManualClock(SystemClock().now())
        work, runtime = Work(), make_runtime(clock)
        defer(runtime, 1)
        with children.started("dies_at_work", database_url) as child:
            assert child.wait(PATIENCE) == -9
        executor = Executor(runtime, [work.function()])
        assert executor.step() == 0
        clock.sleep(70)

        assert executor.step() == 1
        assert work.seen == [1]

    def test_a_poison_job_is_parked_and_the_others_run(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        def bite(payload: dict[str, Any]) -> None:
            if payload["n"] == 2:
                raise RuntimeError("no proxy has the password: hunter2!")

        work = Work(bite)
        defer(runtime, 1, 2, 3)
        executor = Executor(runtime, [work.function()])
        for _ in range(6):
            executor.step()
            clock.sleep(60)

        assert sorted(work.seen) == [1, 2, 2, 2, 3]
        with runtime.database.reading() as db:
            [parked] = service.parked(db)
        assert parked.last_error == "RuntimeError: no proxy has the password: [redacted]"

    def test_a_schedule_exists_from_the_first_start(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        work = Work()
        executor = Executor(runtime, [work.function(every=3600)])
        for hours in (0, 0.5, 0.6, 5, 1):
            clock.sleep(hours * 3600)
            executor.step()

        assert len(work.seen) == 4


class TestRegistry:
    def test_a_name_is_given_once(self) -> None:
        with pytest.raises(ValueError, match=r"tests\.work"):
            Registry([Work().function(), Work().function()])
