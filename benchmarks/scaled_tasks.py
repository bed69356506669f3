"""
Tasks end to end in the scaled topology: `retinue worker` and `retinue beat` as a user starts them.

Run as a script it is the command `retinue` with one function in place of the product's: it does
nothing but answer, as those of the other queues do nothing but mark. Everything around it is the
product: Celery's messages, the claim, the results, events and counts that are written.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import bench_tasks
from sqlalchemy import text

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from retinue.entrypoints import engine_room, scaled, starting
from retinue.entrypoints.cli import main
from retinue.foundation.configuration import Configuration
from retinue.foundation.runtime import Runtime

WORKERS = 2
_IS_READY = "Ctrl-C ends it"
_START_SECONDS = 120.0
_PATIENCE = 60.0
_LOOK_SECONDS = 0.02
_COMPLETED = text("SELECT count(*) FROM tasks WHERE status = 'completed'")


class Scaled:
    """Workers and a beat at work; the asking process is this one, as an API process would do it."""

    def __init__(self, runtime: Runtime, workers: list[subprocess.Popen[bytes]]) -> None:
        self.runtime = runtime
        self.workers = workers
        self._done = 0

    def rate(self, number: int, *, warm: int) -> tuple[float, float]:
        """Tasks a second from the first asked for to the last written; microseconds of CPU a task, the asker's too."""
        self._ask_and_await(warm)
        began, spent = time.perf_counter(), self._seconds_of_cpu()
        self._ask_and_await(number)
        took = time.perf_counter() - began
        return number / took, (self._seconds_of_cpu() - spent) / number * 1e6

    def _ask_and_await(self, number: int) -> None:
        kind = bench_tasks.FUNCTION.type
        for start in range(0, number, 1000):
            items = [BatchItem(params={"n": n}) for n in range(start, min(start + 1000, number))]
            with self.runtime.database.writing() as db:
                now = self.runtime.clock.now()
                wanted = BatchCreate(type=kind, tasks=items)
                tasks.create_batch(db, wanted, actor="bench", now=now)
        self._done += number
        deadline = time.perf_counter() + _PATIENCE
        with self.runtime.database.reader.connect() as connection:
            while (done := connection.scalar(_COMPLETED)) < self._done:
                connection.rollback()
                if time.perf_counter() > deadline:
                    raise TimeoutError(f"{done} of {self._done} tasks have ended")
                time.sleep(_LOOK_SECONDS)

    def _seconds_of_cpu(self) -> float:
        return time.process_time() + sum(cpu_of_session(one.pid) for one in self.workers)


def cpu_of_session(leader: int) -> float:
    """Seconds that the processes of a session have computed so far, those that are alive."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name, which may have spaces.
            parts = file.read_text().rpartition(")")[2].split()
            if int(parts[3]) == leader:
                ticks += int(parts[11]) + int(parts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def at_work(directory: Path, database_url: str, redis_url: str) -> Iterator[Scaled]:
    variables = {
        "RETINUE_DATA_DIR": str(directory),
        "RETINUE_DATABASE_URL": database_url,
        "RETINUE_REDIS_URL": redis_url,
    }
    os.environ.update(variables)
    tasks.catalogue.install({bench_tasks.FUNCTION.type: bench_tasks.FUNCTION.lint})
    with ExitStack() as stack:
        runtime = stack.enter_context(starting.open_installation(Configuration()))
        logs = [directory / f"{n}.log" for n in range(WORKERS + 1)]
        names = ["worker"] * WORKERS + ["beat"]
        started = [
            stack.enter_context(_started(log, name)) for log, name in zip(logs, names, strict=True)
        ]
        for log in logs:
            _wait_until_ready(log)
        stack.enter_context(scaled.doorbell(runtime))
        yield Scaled(runtime, started[:WORKERS])


@contextmanager
def _started(log: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(Path(__file__).resolve()), name]
    with (
        log.open("wb") as said,
        subprocess.Popen(
            command, stdout=said, stderr=said, cwd=log.parent, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(log: Path) -> None:
    deadline = time.perf_counter() + _START_SECONDS
    while _IS_READY not in log.read_text():
        if time.perf_counter() > deadline:
            raise SystemExit(f"it did not come to work: {log.read_text()}")
        time.sleep(0.05)


if __name__ == "__main__":
    vars(engine_room)["TASKS"] = (bench_tasks.FUNCTION,)
    main()
