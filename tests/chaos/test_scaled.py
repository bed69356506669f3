"""
The broker is a doorbell: flushed, killed, doubled, reordered, it costs a little time and no task.
The same by the network's own count, and the control: test_scaled_follows.py.

A result is what the database says, once for each task. What a task did is a line in a file: only
what a killed worker had in hand may stand there twice, and its task says so itself (`attempts`).
"""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus
from retinue.entrypoints import scaled, starting
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.jobs.messages import QUEUE, RING, make_app
from retinue.foundation.runtime import Runtime
from tests.chaos import scaled_worker
from tests.factories import tasking
from tests.factories.scaling import Fleet, KillableRedis, Started, fleet, killable_redis
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
TASKS, KILLS, LEASE = (2000, 20, 30.0) if IS_LONG else (200, 2, 4.0)
ENGINES = ("postgresql", "mariadb") if IS_LONG else ("postgresql",)
"""The demo's main job runs on both in every test run (tests/acceptance/test_scaled.py)."""
PLACES = 6
LATEST = 15.0
WORKER = [sys.executable, "-m", "tests.chaos.scaled_worker", "worker"]

clock = SystemClock()


@dataclasses.dataclass
class Stage:
    runtime: Runtime
    redis: KillableRedis
    fleet: Fleet
    directory: Path
    workers: list[Started]

    def start_worker(self) -> Started:
        one = self.fleet.start(f"worker-{len(self.workers) % 2}", WORKER)
        self.workers.append(one)
        return one

    def ask(self, number: int) -> None:
        with tasking.everything_runs():
            for start in range(0, number, 1000):
                with self.runtime.database.writing() as db:
                    tasking.ask_batch(db, min(1000, number - start), now=clock.now())

    def ask_one(self) -> str:
        with tasking.everything_runs(), self.runtime.database.writing() as db:
            return tasking.ask(db, now=clock.now(), params={"n": 0})

    def acted(self) -> Counter[str]:
        file = self.directory / scaled_worker.ACTED
        lines = file.read_text().splitlines() if file.exists() else []
        return Counter(line.split()[0] for line in lines)

    def completed(self) -> int:
        return tasking.statuses(self.runtime.database)[TaskStatus.completed]

    def seconds_until_done(self, task_id: str) -> float:
        began = clock.monotonic()
        until(lambda: self.status_of(task_id) is TaskStatus.completed, "the task", seconds=40)
        return clock.monotonic() - began

    def status_of(self, task_id: str) -> TaskStatus:
        with self.runtime.database.reading() as db:
            return tasks.get(db, task_id).status


@contextmanager
def staged(directory: Path, database_url: str) -> Iterator[Stage]:
    with (
        killable_redis(directory) as redis,
        fleet(
            directory,
            database_url=database_url,
            redis_url=redis.url,
            TEST_DIRECTORY=str(directory),
            TEST_LEASE_SECONDS=str(LEASE),
        ) as crew,
        starting.open_installation(
            Configuration(
                data_dir=directory / "here",
                key_file=crew.key_file,
                database_url=SecretStr(database_url),
                redis_url=SecretStr(redis.url),
            )
        ) as runtime,
        scaled.doorbell(runtime),
    ):
        yield Stage(runtime, redis, crew, directory, [])


@pytest.fixture
def stage(tmp_path: Path, database_url: str) -> Iterator[Stage]:
    with staged(tmp_path, database_url) as made:
        for _ in range(2):
            made.start_worker()
        for one in made.workers:
            one.wait_until_it_says("A worker is at work", seconds=60)
        yield made


@pytest.mark.timeout(1800 if IS_LONG else 180)
@pytest.mark.databases(*ENGINES)
class TestDoorbell:
    def test_nothing_is_lost_and_nothing_has_two_results(self, stage: Stage) -> None:
        self.a_message_wakes_a_worker(stage)
        self.kills_cost_nothing_but_time(stage)
        self.without_a_broker_it_goes_on(stage)
        self.messages_may_be_doubled_and_out_of_order(stage)
        self.workers_that_are_told_to_end_finish_what_they_have(stage)

    def a_message_wakes_a_worker(self, stage: Stage) -> None:
        assert stage.seconds_until_done(stage.ask_one()) < LATEST

    def kills_cost_nothing_but_time(self, stage: Stage) -> None:
        done = stage.completed()
        stage.ask(TASKS)
        rng = random.Random(7)
        for turn in range(KILLS):
            goal = done + TASKS * (turn + 1) // (KILLS + 2)
            until(lambda goal=goal: stage.completed() >= goal, "some progress", seconds=120)  # type: ignore[misc]
            if turn % 2 == 0:
                stage.redis.kill()
                stage.redis.start()
            else:
                stage.redis.client.flushall()
            victim = rng.choice([one for one in stage.workers if one.process.poll() is None])
            victim.kill()
            stage.start_worker()
        until(lambda: stage.completed() == done + TASKS, "every result", seconds=LEASE + 120)

        acted = stage.acted()
        assert len(acted) == done + TASKS
        again = [task_id for task_id, times in acted.items() if times > 1]
        assert len(again) <= KILLS * PLACES
        with stage.runtime.database.reading() as db:
            assert all(tasks.get(db, task_id).attempts > 1 for task_id in again)
            overview = tasks.overview(db, now=clock.now())
        assert (overview.pending, overview.running) == (0, 0)

    def without_a_broker_it_goes_on(self, stage: Stage) -> None:
        stage.redis.kill()
        assert stage.seconds_until_done(stage.ask_one()) < LATEST
        stage.redis.start()
        assert stage.seconds_until_done(stage.ask_one()) < LATEST
        alive = [one for one in stage.workers if one.process.poll() is None]
        until(lambda: all("answers again" in one.said for one in alive), "healed", seconds=LATEST)
        app = make_app(stage.redis.url)
        until(lambda: len(app.control.ping(timeout=0.5)) == len(alive), "Celery too", seconds=30)
        for one in alive:
            away = one.said.count("Redis does not answer")
            assert away <= one.said.count("answers again") + 1

    def workers_that_are_told_to_end_finish_what_they_have(self, stage: Stage) -> None:
        before = stage.completed()
        with tasking.everything_runs(), stage.runtime.database.writing() as db:
            for _ in range(40):
                tasking.ask(db, now=clock.now(), params={"seconds": 1.5})

        def running() -> int:
            return tasking.statuses(stage.runtime.database)[TaskStatus.running]

        until(lambda: running() >= PLACES, "both are busy")
        alive = [one for one in stage.workers if one.process.poll() is None]
        for _ in range(2):
            # Who is impatient, or a terminal that tells the whole group, changes nothing.
            for one in alive:
                one.process.send_signal(signal.SIGTERM)
        assert [one.process.wait(75) for one in alive] == [0, 0]
        found = tasking.statuses(stage.runtime.database)
        assert (found[TaskStatus.running], found[TaskStatus.failed]) == (0, 0)
        assert found[TaskStatus.completed] > before
        assert found[TaskStatus.completed] + found[TaskStatus.pending] == before + 40
        with stage.runtime.database.reading() as db:
            ended = {one.pid for one in tasks.workers(db, now=clock.now())}
        assert not ended & {one.process.pid for one in alive}

    def messages_may_be_doubled_and_out_of_order(self, stage: Stage) -> None:
        before = stage.acted()
        with tasking.everything_runs(), stage.runtime.database.writing() as db:
            ids = [tasking.ask(db, now=clock.now()) for _ in range(20)]
        app, told = make_app(stage.redis.url), [one for one in ids for _ in range(3)]
        random.Random(7).shuffle(told)
        for one in (*told, "no such task"):
            app.send_task(RING, args=(tasks.asked.name, [one]))
        app.send_task("nobody knows this", args=())
        until(lambda: all(stage.status_of(one) is TaskStatus.completed for one in ids), "all")
        until(lambda: stage.redis.client.llen(f"retinue:{QUEUE}") == 0, "every message is read")
        new = stage.acted() - before
        assert {task_id: new[task_id] for task_id in ids} == dict.fromkeys(ids, 1)
