"""
Follows through workers and a broker that are killed, counted by the network itself.

Each task is one effect that Sandgram's oracle writes down, and a second one would be a repeat,
which it writes down too. What a kill cut off between promise and answer is looked for, a minute
and ten minutes later: the long run waits for that, the short one for everything else.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from pydantic import SecretStr
from redis.exceptions import RedisError

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem, TaskFilter, TaskRead
from retinue.entrypoints import scaled, starting
from retinue.entrypoints import tasks as _tasks  # noqa: F401 - reading the list installs it
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from tests.factories import tasking
from tests.factories.scaling import Fleet, KillableRedis, Started, fleet, killable_redis
from tests.factories.staging import House, until
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
ACCOUNTS, PEOPLE, KILLS, LEASE = (20, 100, 20, 30.0) if IS_LONG else (8, 6, 2, 4.0)
ENGINES = ("postgresql", "mariadb") if IS_LONG else ("postgresql",)
TASKS = ACCOUNTS * PEOPLE
PLACES = 6
SLOW = 0.05
PATIENCE = 150.0
PROOF = 2400.0
"""Seconds in which the last unknown outcome is known: looks come after one, ten and sixty minutes."""
WORKER = [sys.executable, "-m", "tests.chaos.scaled_worker", "worker"]
FREE = {"follow": {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}}

clock = SystemClock()


@dataclass
class Stage:
    house: House
    redis: KillableRedis
    fleet: Fleet
    workers: list[Started] = field(default_factory=list)

    @property
    def sandgram(self) -> RunningSandgram:
        return self.house.sandgram

    def start_worker(self, **more: str) -> Started:
        one = self.fleet.start(f"worker-{len(self.workers) % 2}", WORKER, **more)
        self.workers.append(one)
        return one

    def strike_worker(self, rng: random.Random) -> None:
        victim = rng.choice([one for one in self.workers if one.process.poll() is None])
        victim.kill()
        self.start_worker()

    def strike_broker(self, turn: int) -> None:
        if turn % 2 == 0:
            self.redis.kill()
            self.redis.start()
        else:
            self.redis.client.flushall()

    def ask(self, number_of_accounts: int, people: list[str]) -> None:
        asking = [self.house.add_account("") for _ in range(number_of_accounts)]
        items = [
            BatchItem(account_id=account.id, params={"username": handle})
            for handle in people
            for account in asking
        ]
        for start in range(0, len(items), 1000):
            wanted = BatchCreate(type=TaskType.follow, tasks=items[start : start + 1000])
            with self.house.runtime.database.writing() as db:
                tasks.create_batch(db, wanted, actor="a test", now=clock.now())

    def people(self, number: int) -> list[str]:
        reader = self.sandgram.account()
        found: dict[str, None] = {}
        for name in ("slow_tram", "harbour_lights", "copper_kettle", "northbound_rail"):
            owner = reader.get(f"/sg/v1/people/by-handle/{name}")["id"]
            page = reader.get(f"/sg/v1/people/{owner}/followers", limit=100)["items"]
            found |= {one["handle"]: None for one in page if not one.get("is_private")}
        assert len(found) >= number
        return list(found)[:number]

    def effects(self) -> int:
        """By the oracle."""
        answer = self.sandgram.control.get("/oracle/effects", params={"limit": 1})
        total: int = answer.json()["total"]
        return total

    def repeats(self) -> int:
        answer = self.sandgram.control.get("/oracle/repeats", params={"limit": 1})
        total: int = answer.json()["total"]
        return total

    def every(self) -> list[TaskRead]:
        with self.house.runtime.database.reading() as db:
            return [tasks.read(row) for row in tasks.page(db, TaskFilter(), limit=100_000)]

    def completed(self) -> int:
        return tasking.statuses(self.house.runtime.database)[TaskStatus.completed]


@contextmanager
def staged(directory: Path, database_url: str) -> Iterator[Stage]:
    sandgram = start_sandgram(directory / "sandgram")
    try:
        with (
            killable_redis(directory) as redis,
            fleet(
                directory,
                database_url=database_url,
                redis_url=redis.url,
                RETINUE_SANDGRAM_URL=sandgram.url,
                TEST_TASKS="product",
                TEST_LEASE_SECONDS=str(LEASE),
            ) as crew,
            starting.open_installation(
                Configuration(
                    data_dir=directory / "here",
                    key_file=crew.key_file,
                    database_url=SecretStr(database_url),
                    redis_url=SecretStr(redis.url),
                    sandgram_url=sandgram.url,
                )
            ) as runtime,
            scaled.doorbell(runtime),
        ):
            house = House(runtime, sandgram)
            house.change_settings(dedup_scope="account", limits=FREE)
            yield Stage(house, redis, crew)
    finally:
        sandgram.close()


@pytest.fixture
def stage(tmp_path: Path, database_url: str) -> Iterator[Stage]:
    with staged(tmp_path, database_url) as made:
        yield made


def waits_for_proof(task: TaskRead) -> bool:
    return task.status is TaskStatus.pending and "not known" in (task.waiting_why or "")


@pytest.mark.timeout(7200 if IS_LONG else 600)
@pytest.mark.databases(*ENGINES)
class TestKillsOfBrokersAndWorkers:
    def test_each_task_has_one_effect_by_the_networks_count(self, stage: Stage) -> None:
        for _ in range(2):
            stage.start_worker()
        for one in stage.workers:
            one.wait_until_it_says("A worker is at work", seconds=PATIENCE)
        stage.sandgram.fault("slow", action="write", seconds=SLOW)
        stage.ask(ACCOUNTS, stage.people(PEOPLE))
        rng = random.Random(7)
        for turn in range(KILLS):
            goal = TASKS * (turn + 1) // (KILLS + 2)
            until(lambda goal=goal: stage.effects() >= goal, "some progress", seconds=PATIENCE)  # type: ignore[misc]
            stage.strike_broker(turn)
            stage.strike_worker(rng)

        def is_over() -> bool:
            return all(
                task.status is TaskStatus.completed or (not IS_LONG and waits_for_proof(task))
                for task in stage.every()
            )

        until(is_over, "every result", seconds=PROOF if IS_LONG else PATIENCE)
        self.judge(stage)

    def judge(self, stage: Stage) -> None:
        done = Counter((one["account"], one["handle"]) for one in stage.house.effects())
        found = stage.every()
        unknown = [task for task in found if task.status is not TaskStatus.completed]
        line = (
            f"{stage.house.runtime.database.backend}: {KILLS} brokers and {KILLS} workers killed during "
            f"{len(found)} follows: {done.total()} effects, {stage.repeats()} repeats, {len(unknown)} unknown"
        )
        sys.__stdout__.write(f"\n{line}\n")  # type: ignore[union-attr]
        assert len(found) == TASKS
        assert stage.repeats() == 0
        assert set(done.values()) == {1}
        for task in found:
            if task.status is TaskStatus.completed:
                assert (task.result or {})["outcome"] in {"followed", "already"}, task
                assert done[task.account or "", task.params["username"]] == 1, task
        assert len(unknown) <= KILLS * PLACES
        if IS_LONG:
            assert (done.total(), len(unknown)) == (TASKS, 0)


@pytest.mark.timeout(180)
@pytest.mark.databases("postgresql")
class TestControl:
    def test_a_broker_that_is_the_only_place_loses_follows(
        self, tmp_path: Path, database_url: str, sandgram: RunningSandgram
    ) -> None:
        account = sandgram.account()
        owner = account.get("/sg/v1/people/by-handle/slow_tram")["id"]
        people = account.get(f"/sg/v1/people/{owner}/followers", limit=100)["items"]
        token = account.client.headers["Authorization"].removeprefix("Bearer ")
        sandgram.fault("slow", account=account.login, action="write", seconds=SLOW)

        def done() -> list[dict[str, Any]]:
            return sandgram.effects(account=account.login, limit=1000)

        with (
            killable_redis(tmp_path) as redis,
            fleet(
                tmp_path,
                database_url=database_url,
                redis_url=redis.url,
                TEST_REDIS_URL=redis.url,
            ) as crew,
        ):
            command = [sys.executable, "-m", "celery", "-A", "tests.chaos.broker_only", "worker"]
            crew.start("control", [*command, "--pool", "solo", "--loglevel", "INFO"])
            app = Celery("control", broker=redis.url, set_as_current=False)
            for one in people[:-1]:
                send(app, sandgram.url, token, one["id"])
            until(lambda: len(done()) > 10, "some progress", seconds=90)
            redis.client.flushall()
            send(app, sandgram.url, token, people[-1]["id"])
            last = people[-1]["id"]
            until(lambda: last in {one["person_id"] for one in done()}, "what came after")
            assert len(done()) < len(people)


def send(app: Celery, *arguments: str) -> None:
    try:
        app.send_task("control.follow", args=arguments, ignore_result=True)
    except (OperationalError, RedisError):
        return
