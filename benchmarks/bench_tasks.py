"""
Tasks end to end in the embedded topology: asked for as batches, claimed, run, and their results written.

Beside it stands what the database alone can do: rows claimed by hundreds and marked as done, with
nothing of a queue around them. The machine is rarely idle, so CPU per task is what compares.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import harness

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import (
    BatchCreate,
    BatchFilter,
    BatchItem,
    ClaimedTask,
    TaskFilter,
)
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database, migrations
from retinue.foundation.randomness import new_id, seeded_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.working.schemas import Reporting, TaskFunction
from retinue.workflows.working.service import Worker

NUMBER = 10_000
ROUNDS = 5
GOAL = 10_000.0
_PATIENCE = 120.0


def _run(runtime: Runtime, task: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    del runtime, report
    return {"n": task.params["n"]}


FUNCTION = TaskFunction(TaskType.check_proxy, _run, lambda _db, _params: [])


def make_runtime(directory: Path) -> Runtime:
    file = directory / "retinue.db"
    database = Database(f"sqlite:///{file}", lock_path=directory / "write.lock")
    migrations.upgrade(database)
    return Runtime(
        configuration=Configuration(data_dir=directory),
        database=database,
        clock=SystemClock(),
        rng=seeded_random(1),
        sealer=Sealer.of(bytes(range(32))),
        incarnation=new_id(),
    )


def _ask(runtime: Runtime, number: int) -> None:
    for start in range(0, number, 1000):
        items = [BatchItem(params={"n": n}) for n in range(start, start + 1000)]
        wanted = BatchCreate(type=TaskType.check_proxy, tasks=items)
        with runtime.database.writing() as db:
            tasks.create_batch(db, wanted, actor="bench", now=runtime.clock.now())


def _open_batches(runtime: Runtime) -> bool:
    with runtime.database.reading() as db:
        return tasks.has_due(db, [TaskType.check_proxy], now=runtime.clock.now())


def _completed(runtime: Runtime) -> int:
    wanted = TaskFilter(statuses=(TaskStatus.completed,))
    with runtime.database.reading() as db:
        return tasks.count(db, wanted) or 0


def product() -> tuple[float, float, float, float]:
    """Tasks a second without and with the asking, and microseconds of CPU a task, likewise."""
    with tempfile.TemporaryDirectory() as name:
        runtime = make_runtime(Path(name))
        worker, stop = Worker(runtime, [FUNCTION]), threading.Event()
        _ask(runtime, 1000)
        thread = threading.Thread(target=worker.run, args=(stop,))
        thread.start()
        while _open_batches(runtime) or _completed(runtime) < 1000:
            time.sleep(0.01)
        stop.set()
        thread.join()

        began, spent = time.perf_counter(), time.process_time()
        _ask(runtime, NUMBER)
        asked, asked_cpu = time.perf_counter() - began, time.process_time() - spent
        stop = threading.Event()
        thread = threading.Thread(target=Worker(runtime, [FUNCTION]).run, args=(stop,))
        thread.start()
        while _open_batches(runtime):
            time.sleep(0.02)
        stop.set()
        thread.join()
        took, cpu = time.perf_counter() - began, time.process_time() - spent
        with runtime.database.reading() as db:
            rows = tasks.batches(db, BatchFilter())
            read = tasks.read_batches(db, rows, with_chunks=False)
            ended = [one.counts.completed for one in read]
        if sum(ended) != NUMBER + 1000:
            raise SystemExit(f"only {sum(ended)} of {NUMBER + 1000} tasks have ended")
        runtime.database.close()
    return (
        NUMBER / (took - asked),
        NUMBER / took,
        (cpu - asked_cpu) / NUMBER * 1e6,
        cpu / NUMBER * 1e6,
    )


def raw() -> tuple[float, float]:
    """Rows a second, and microseconds of CPU a row."""
    with tempfile.TemporaryDirectory() as name:
        db = sqlite3.connect(Path(name) / "raw.db", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(
            "CREATE TABLE t (id TEXT PRIMARY KEY, status TEXT, due REAL, holder TEXT, result TEXT)"
        )
        db.execute("CREATE INDEX t_due ON t (status, due)")
        rows = [(new_id(), "pending", float(n)) for n in range(NUMBER)]
        db.executemany("INSERT INTO t (id, status, due) VALUES (?, ?, ?)", rows)
        began, spent = time.perf_counter(), time.process_time()
        while True:
            db.execute("BEGIN IMMEDIATE")
            found = db.execute(
                "UPDATE t SET status = 'running', holder = 'w' WHERE id IN"
                " (SELECT id FROM t WHERE status = 'pending' ORDER BY due LIMIT 100) RETURNING id"
            ).fetchall()
            db.execute("COMMIT")
            if not found:
                break
            db.execute("BEGIN IMMEDIATE")
            db.executemany(
                "UPDATE t SET status = 'completed', result = '{\"n\": 1}' WHERE id = ?", found
            )
            db.execute("COMMIT")
        took, cpu = time.perf_counter() - began, time.process_time() - spent
        db.close()
    return NUMBER / took, cpu / NUMBER * 1e6


def main() -> int:
    options = harness.options(__doc__, rounds=ROUNDS).parse_args()
    tasks.catalogue.install({FUNCTION.type: FUNCTION.lint})
    report = harness.Report("Tasks end to end, embedded on SQLite")
    mine: list[tuple[float, float, float, float]] = []
    theirs: list[tuple[float, float]] = []
    for _ in range(options.rounds):
        theirs.append(raw())
        mine.append(product())
    rate = report.figure("claimed, run, result written", [one[0] for one in mine], "tasks/s")
    report.figure("the same, the asking included", [one[1] for one in mine], "tasks/s")
    report.figure("CPU, claimed to written", [one[2] for one in mine], "us/task")
    report.figure("CPU, the asking included", [one[3] for one in mine], "us/task")
    report.figure("raw SQLite: claim of 100, write of 100", [one[0] for one in theirs], "rows/s")
    report.figure("raw SQLite: CPU", [one[1] for one in theirs], "us/row")
    report.goal("tasks end to end", rate, comparison="at least", goal=GOAL, unit="tasks/s")
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
