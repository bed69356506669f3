"""Workers that are killed in the middle of their work: no task is lost, and each is done within 45 seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from retinue.capabilities.tasks.models import TaskStatus
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from tests.chaos import worker_with_failpoints
from tests.factories import tasking
from tests.factories.staging import ENVIRONMENT

NUMBER = 60
KILLS = int(os.environ.get("RETINUE_WORKER_KILLS", "2"))
TAKE_OVER = 45.0
STARTS_WITHIN = 120.0
"""A busy machine takes its time to start a process; how long says nothing of what a kill loses."""


class Workers:
    def __init__(self, database: Database, directory: Path) -> None:
        self.database, self.directory = database, directory
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, manner: str = "durable") -> subprocess.Popen[bytes]:
        url = self.database.url.render_as_string(hide_password=False)
        module = worker_with_failpoints.__name__
        arguments = [sys.executable, "-m", module, url, str(self.directory), manner]
        process = subprocess.Popen(arguments, env={**os.environ, **ENVIRONMENT})
        self.processes.append(process)
        return process

    def begun(self) -> list[str]:
        file = self.directory / worker_with_failpoints.BEGUN
        return file.read_text().splitlines() if file.exists() else []

    def until(self, condition: Callable[[], bool], *, seconds: float) -> float:
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < seconds, tasking.statuses(self.database)
            time.sleep(0.05)
        return time.monotonic() - began

    def completed(self) -> int:
        return tasking.statuses(self.database)[TaskStatus.completed]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture
def workers(database: Database, data_dir: Path):  # type: ignore[no-untyped-def]
    crew = Workers(database, data_dir)
    yield crew
    for process in crew.processes:
        if process.poll() is None:
            crew.kill(process)


def ask(database: Database) -> None:
    with tasking.everything_runs(), database.writing() as db:
        tasking.ask_batch(db, NUMBER, now=SystemClock().now())


class TestKill:
    @pytest.mark.slow
    @pytest.mark.timeout(420)
    def test_what_a_killed_worker_had_is_done_by_another_within_45_seconds(
        self, workers: Workers
    ) -> None:
        ask(workers.database)
        for _ in range(KILLS):
            process = workers.start()
            seen = len(workers.begun())
            workers.until(lambda seen=seen: len(workers.begun()) > seen + 7, seconds=STARTS_WITHIN)  # type: ignore[misc]
            workers.kill(process)
        left = tasking.statuses(workers.database)[TaskStatus.running]
        assert left > 0, "a kill that hits nothing shows nothing"
        workers.start()
        took = workers.until(lambda: workers.completed() == NUMBER, seconds=TAKE_OVER + 15)
        assert took <= TAKE_OVER
        done = {line.split()[0] for line in workers.begun()}
        assert done == {str(n) for n in range(NUMBER)}

    @pytest.mark.timeout(180)
    def test_the_control_loses_what_it_kept_in_its_memory(self, workers: Workers) -> None:
        ask(workers.database)
        process = workers.start("careless")
        workers.until(lambda: len(workers.begun()) > 7, seconds=STARTS_WITHIN)
        workers.kill(process)
        assert workers.completed() == NUMBER
        done = {line.split()[0] for line in workers.begun()}
        assert len(done) < NUMBER
