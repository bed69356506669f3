"""
Tasks end to end beside other queues: asked for one by one or in batches, run, and one row marked durably for each.

The embedded ones write to SQLite at FULL, the others to a private PostgreSQL with a private Redis.
The others are no part of any lock: `uv pip install --group bench`, or `pip install --group bench`,
into an environment of their own, and `--python` names it. What is missing there is said and left out.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import bench_tasks
import harness
import psycopg
import redis as redis_py

from retinue.capabilities.tasks import service as tasks
from tests.fixtures.servers import ask_steward, make_run_directory, steward_command

HERE = Path(__file__).resolve().parent
NUMBER = 2000
WARM = 100
ROUNDS = 3
_PATIENCE = 20.0
PEERS = {
    "celery": "Celery, prefork 2, Redis",
    "dramatiq": "dramatiq, 2 x 8 threads, Redis",
    "taskiq": "taskiq, 2 processes, Redis streams",
    "arq": "arq, Redis",
    "procrastinate": "procrastinate, PostgreSQL",
    "huey": "huey, 4 threads, SQLite",
}


@contextlib.contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """A PostgreSQL and a Redis of this run's own: their addresses."""
    directory = make_run_directory()
    with subprocess.Popen(
        steward_command(directory), cwd=harness.ROOT, stdin=subprocess.PIPE
    ) as steward:
        try:
            url = ask_steward(directory, "postgresql").replace("+psycopg", "")
            server = url.rstrip("/")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as db:
                db.execute("CREATE DATABASE peers")
            yield f"{server}/peers", ask_steward(directory, "redis")
        finally:
            if steward.stdin is not None:
                steward.stdin.close()


class Peer:
    def __init__(self, name: str, python: str, where: tuple[str, str], directory: Path) -> None:
        server, redis = where
        self.file = None if name != "huey" else str(directory / "done.db")
        self.url = self.file or server
        paths = {"PYTHONPATH": str(HERE), "PEER": name}
        self.env = {**os.environ, **paths, "PEER_DATABASE": self.url, "PEER_REDIS": redis}
        self.command = [python, str(HERE / "peer_task_queues.py")]
        with redis_py.Redis.from_url(redis) as line:
            line.flushall()
        self._fill()

    def _fill(self) -> None:
        rows = [(n,) for n in range(NUMBER + WARM)]
        if self.file is not None:
            with contextlib.closing(sqlite3.connect(self.file)) as db:
                db.execute("PRAGMA journal_mode=WAL")
                db.execute("CREATE TABLE done (n INTEGER PRIMARY KEY, status TEXT)")
                db.executemany("INSERT INTO done (n) VALUES (?)", rows)
                db.commit()
            return
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute("DROP SCHEMA public CASCADE")
            db.execute("CREATE SCHEMA public")
            db.execute("CREATE TABLE done (n INTEGER PRIMARY KEY, status TEXT)")
            db.execute("INSERT INTO done (n) SELECT generate_series(0, %s)", (len(rows) - 1,))

    def rate(self) -> float:
        """Tasks a second from the first that is asked for to the last that is marked."""
        quiet: dict[str, Any] = {"env": self.env, "cwd": HERE, "stderr": subprocess.DEVNULL}
        with (
            subprocess.Popen(
                [*self.command, "work"],
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                **quiet,
            ) as worker,
            subprocess.Popen(
                [*self.command, "ask"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                **quiet,
            ) as asker,
        ):
            try:
                assert asker.stdin is not None
                assert asker.stdout is not None
                if self.url.startswith("postgres") and self.env["PEER"] == "procrastinate":
                    time.sleep(3)
                asker.stdout.readline()
                self._ask(asker.stdin, 0, WARM)
                self._await(WARM)
                began = time.perf_counter()
                self._ask(asker.stdin, WARM, NUMBER)
                self._await(WARM + NUMBER)
                return NUMBER / (time.perf_counter() - began)
            finally:
                asker.kill()
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(worker.pid, signal.SIGKILL)

    @staticmethod
    def _ask(stream: IO[str], first: int, number: int) -> None:
        stream.write(f"{first} {number}\n")
        stream.flush()

    def _await(self, number: int) -> None:
        deadline = time.perf_counter() + _PATIENCE
        count = "SELECT count(*) FROM done WHERE status = 'done'"
        connect: Callable[[], Any] = (
            (lambda: sqlite3.connect(self.url, timeout=60))
            if self.file is not None
            else (lambda: psycopg.connect(self.url, autocommit=True))
        )
        with contextlib.closing(connect()) as db:
            while db.execute(count).fetchone()[0] < number:
                if time.perf_counter() > deadline:
                    raise TimeoutError(f"{self.env['PEER']} has not marked {number} rows")
                time.sleep(0.02)


def is_there(name: str, python: str) -> bool:
    module = {"taskiq": "taskiq_redis"}.get(name, name)
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def main() -> int:
    parser = harness.options(__doc__, rounds=ROUNDS)
    parser.add_argument("--python", default=sys.executable, help="Where the others are installed.")
    parser.add_argument("--arq-python", help="The same for arq, which wants an older Redis client.")
    options = parser.parse_args()
    pythons = dict.fromkeys(PEERS, options.python)
    pythons["arq"] = options.arq_python or options.python
    there = [name for name in PEERS if is_there(name, pythons[name])]
    if missing := sorted(PEERS.keys() - set(there)):
        print(
            f"not installed, left out: {', '.join(missing)} (pip install --group bench)",
            file=sys.stderr,
        )
    tasks.catalogue.install({bench_tasks.FUNCTION.type: bench_tasks.FUNCTION.lint})
    report = harness.Report("Tasks end to end beside other queues")
    rates: dict[str, list[float]] = {name: [] for name in there}
    ours: list[float] = []
    with servers() as where:
        for _ in range(options.rounds):
            ours.append(bench_tasks.product()[1])
            for name in list(there):
                try:
                    with tempfile.TemporaryDirectory() as directory:
                        rates[name].append(Peer(name, pythons[name], where, Path(directory)).rate())
                    print(f"{name}: {rates[name][-1]:,.0f} tasks/s", file=sys.stderr)
                except TimeoutError as silent:
                    print(f"left out: {silent}", file=sys.stderr)
                    there.remove(name)
    mine = report.figure("Retinue, embedded on SQLite, the asking included", ours, "tasks/s")
    best = 0.0
    for name in there:
        rate = report.figure(PEERS[name], rates[name], "tasks/s")
        report.figure(f"Retinue beside {name}", [mine / rate], "x")
        best = max(best, statistics.median(rates[name]))
    if best:
        report.goal("beside the fastest", mine / best, comparison="at least", goal=2.0)
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
