"""Processes that a test starts in order to kill them: `python -m tests.retinue.foundation.children ROLE URL ...`."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from retinue.foundation import instance_lock
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from retinue.foundation.events.publisher import Publisher
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def started(role: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A child; killed with its block, if it lives that long."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.retinue.foundation.children", role, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def await_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"


def _runtime(url: str) -> Runtime:
    # As tests.fixtures.databases.open_database, without importing pytest: the start time is the test's.
    path = make_url(url).database if url.startswith("sqlite") else None
    database = Database(url, lock_path=Path(f"{path}.lock") if path else None)
    return Runtime(
        configuration=Configuration(data_dir=Path("unused")),
        database=database,
        clock=SystemClock(),
        rng=random.Random(7),
        sealer=Sealer.of(bytes(range(32))),
        incarnation=new_id(),
    )


def publisher(url: str) -> None:
    ready()
    Publisher(_runtime(url), lease=timedelta(seconds=0.2)).run(threading.Event())


def dies_at_work(url: str) -> None:
    """Claims a job and ends in the middle of it, as a killed process does."""

    def run(runtime: Runtime, payload: dict[str, Any]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    ready()
    Executor(_runtime(url), [JobFunction("tests.work", run)]).step()


def serves(data_dir: str) -> None:
    with instance_lock.held(Path(data_dir)) as lock:
        lock.tell(url="http://127.0.0.1:4711")
        ready()
        time.sleep(60)


def ready() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    {"publisher": publisher, "dies_at_work": dies_at_work, "serves": serves}[sys.argv[1]](
        *sys.argv[2:]
    )
