"""
`kill -9` of a `retinue worker` that holds tasks, with the leases of the product: others have the
tasks within 45 seconds, and until then everybody can see what is waited for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from retinue.entrypoints import starting
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from tests.factories.scaling import Started, fleet, killable_redis
from tests.factories.staging import House, until
from tests.fixtures.fleet import PATIENCE, Doors
from tests.fixtures.sandgram import start_sandgram

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WITHIN = timedelta(seconds=45)
ACCOUNTS = 8
SLOW = 25.0
"""Seconds that the network takes for the first log-in of each account: long enough to be killed in."""


@dataclass
class Stage:
    doors: Doors
    workers: list[Started]

    def queue(self) -> dict[str, Any]:
        found: dict[str, Any] = self.doors.get("/api/queue")
        return found

    def running(self) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.queue()["running_tasks"]
        return tasks

    def task(self, task_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.doors.get(f"/api/tasks/{task_id}")
        return found


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
                RETINUE_RATE_LIMIT="60000/minute",
            ) as crew,
        ):
            made = crew.run("access", "tokens", "create", "a test", "--role", "admin", "--json")
            assert made.returncode == 0, made.stderr
            processes = [crew.retinue(f"worker-{n}", "worker") for n in (1, 2)]
            api = crew.retinue("api", "api", "--port", "0")
            for one in processes:
                one.wait_until_it_says("A worker is at work", seconds=PATIENCE)
            api.wait_until_it_says("Answering requests", seconds=PATIENCE)
            with crew.client_of(api) as client:
                doors = Doors([str(client.base_url)], json.loads(made.stdout)["token"])
            configuration = Configuration(
                data_dir=directory / "here",
                key_file=crew.key_file,
                database_url=SecretStr(database_url),
                sandgram_url=sandgram.url,
            )
            with starting.open_installation(configuration) as runtime:
                house = House(runtime, sandgram)
                for _ in range(ACCOUNTS):
                    house.add_account("")
            sandgram.fault("slow", action="login", seconds=SLOW, count=ACCOUNTS)
            yield Stage(doors, processes)
            doors.close()
    finally:
        sandgram.close()


@pytest.fixture
def stage(tmp_path: Path, database_url: str) -> Iterator[Stage]:
    with staged(tmp_path, database_url) as made:
        yield made


@pytest.mark.databases("postgresql")
class TestALostWorker:
    def test_its_tasks_are_with_another_within_45_seconds_and_the_wait_is_seen(
        self, stage: Stage
    ) -> None:
        ids = [one["id"] for one in stage.doors.get("/api/accounts", limit=50)["items"]]
        stage.doors.post("/api/accounts/bulk", {"action": "validate", "ids": ids})
        victim, lost = self.kill_one_that_holds_tasks(stage)
        killed_at = SystemClock().now()

        self.the_wait_and_its_reason_are_visible(stage, lost)
        until(lambda: self.is_shown_as_lost(stage, victim), "a lost worker", seconds=90)
        until(
            lambda: all(stage.task(one)["status"] == "completed" for one in lost),
            "the end of each",
            seconds=PATIENCE,
        )
        for task in map(stage.task, lost):
            assert task["attempts"] == 2, task
            began = datetime.fromisoformat(task["metrics"]["start_time"])
            assert began - killed_at <= WITHIN, task

    def kill_one_that_holds_tasks(self, stage: Stage) -> tuple[Started, list[str]]:
        def held() -> dict[int, list[str]]:
            queue = stage.queue()
            pids = {one["id"]: one["pid"] for one in queue["workers"]}
            found: dict[int, list[str]] = {}
            for task in queue["running_tasks"]:
                found.setdefault(pids[task["worker"]], []).append(task["task_id"])
            return found

        until(lambda: sum(map(len, held().values())) >= ACCOUNTS // 2, "tasks at work")
        pid = max(held(), key=lambda one: len(held()[one]))
        victim = next(one for one in stage.workers if one.process.pid == pid)
        victim.kill()
        # What it had taken when it died; the dead take nothing.
        return victim, held()[pid]

    def the_wait_and_its_reason_are_visible(self, stage: Stage, lost: list[str]) -> None:
        until(
            lambda: (
                sum("has not reported" in note for note in self.notes(stage, lost)) == len(lost)
            ),
            "the reason in the queue",
        )
        for task in map(stage.task, lost):
            assert "another one takes the task over after" in task["waiting_why"], task
            until_when = datetime.fromisoformat(task["waiting_until"])
            assert until_when > SystemClock().now() - timedelta(seconds=5)

    def notes(self, stage: Stage, lost: list[str]) -> list[str]:
        return [one["note"] or "" for one in stage.running() if one["task_id"] in lost]

    def is_shown_as_lost(self, stage: Stage, victim: Started) -> bool:
        workers = {one["pid"]: one["is_lost"] for one in stage.queue()["workers"]}
        return workers[victim.process.pid]
