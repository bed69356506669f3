"""
Tasks end to end beside other queues: asked for one by one or in batches, run, and one row marked durably for each.

The embedded ones write to SQLite at FULL, the others to a private server with a private Redis; ours there
is two `retinue worker` and a `retinue beat`, beside two processes of each of the others.
The others are no part of any lock: `uv pip install --group bench`, or `pip install --group bench`,
into an environment of their own, and `--python` names it. What is missing there is said and left out.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sqlite3
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
import scaled_tasks

from retinue.capabilities.tasks import service as tasks
from tests.fixtures.databases import server_database
from tests.fixtures.servers import ask_steward, make_run_directory, steward_command

HERE = Path(__file__).resolve().parent
NUMBER = 2000
WARM = 100
SCALED_NUMBER = 4000
SCALED_WARM = 400
ROUNDS = 5
EMBEDDED = "Retinue, embedded on SQLite"
SCALED = {
    "postgresql": "Retinue, 2 workers, Redis and PostgreSQL",
    "mariadb": "Retinue, 2 workers, Redis and MariaDB",
}
_PATIENCE = 60.0
PEERS = {
    "celery": "Celery, prefork 2, Redis",
    "dramatiq": "dramatiq, 2 x 8 threads, Redis",
    "taskiq": "taskiq, 2 processes, Redis streams",
    "arq": "arq, Redis",
    "procrastinate": "procrastinate, PostgreSQL",
    "huey": "huey, 4 threads, SQLite",
}
EMBEDDED_GOALS = {"dramatiq": 2.0, "celery": 8.0, "procrastinate": 15.0}
Seen = tuple[float, float]
"""Tasks a second, and microseconds of CPU a task of whoever asks and works, but not of the servers."""


@contextlib.contextmanager
def servers() -> Iterator[Path]:
    """The directory of this run's own servers, for whoever knows their steward."""
    directory = make_run_directory()
    with subprocess.Popen(
        steward_command(directory), cwd=harness.ROOT, stdin=subprocess.PIPE
    ) as steward:
        try:
            yield directory
        finally:
            if steward.stdin is not None:
                steward.stdin.close()


def make_peers_database(run: Path) -> tuple[str, str]:
    """The addresses of a PostgreSQL's database and of the Redis."""
    server = ask_steward(run, "postgresql").replace("+psycopg", "").rstrip("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as db:
        db.execute("CREATE DATABASE peers")
    return f"{server}/peers", ask_steward(run, "redis")


def embedded() -> Seen:
    _, rate, _, cpu = bench_tasks.product()
    return rate, cpu


def scaled(run: Path, engine: str) -> Seen:
    server, redis = ask_steward(run, engine), ask_steward(run, "redis")
    with redis_py.Redis.from_url(redis) as line:
        line.flushall()
    with (
        server_database(server, f"retinue_{time.monotonic_ns()}") as url,
        tempfile.TemporaryDirectory() as directory,
        scaled_tasks.at_work(Path(directory), url, redis) as fleet,
    ):
        return fleet.rate(SCALED_NUMBER, warm=SCALED_WARM)


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

    def rate(self) -> Seen:
        """From the first that is asked for to the last that is marked."""
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
                start_new_session=True,
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
                pids = (worker.pid, asker.pid)
                began = time.perf_counter()
                spent = sum(map(scaled_tasks.cpu_of_session, pids))
                self._ask(asker.stdin, WARM, NUMBER)
                self._await(WARM + NUMBER)
                took = time.perf_counter() - began
                spent = sum(map(scaled_tasks.cpu_of_session, pids)) - spent
                return NUMBER / took, spent / NUMBER * 1e6
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


def peer(name: str, python: str, where: tuple[str, str]) -> Seen:
    with tempfile.TemporaryDirectory() as directory:
        return Peer(name, python, where, Path(directory)).rate()


def in_turns(ways: dict[str, Callable[[], Seen]], *, rounds: int) -> dict[str, list[Seen]]:
    """As the harness does it, and whoever does not come to its end is left out and named."""
    seen: dict[str, list[Seen]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in [one for one in ways if one in seen]:
            try:
                rate, cpu = ways[name]()
            except TimeoutError as silent:
                print(f"{name} left out: {silent}", file=sys.stderr)
                del seen[name]
                continue
            seen[name].append((rate, cpu))
            print(f"{name}: {rate:,.0f} tasks/s, {cpu:,.0f} us of CPU each", file=sys.stderr)
    return seen


def judge(report: harness.Report, seen: dict[str, list[Seen]]) -> None:
    rates = {
        name: report.figure(name, [one[0] for one in values], "tasks/s")
        for name, values in seen.items()
    }
    for name, values in seen.items():
        report.figure(f"{name}: CPU", [one[1] for one in values], "us/task")
    others = {name: rates[told] for name, told in PEERS.items() if told in rates}
    for name, goal in EMBEDDED_GOALS.items():
        if name in others and EMBEDDED in rates:
            ratio = rates[EMBEDDED] / others[name]
            report.goal(f"embedded beside {name}", ratio, comparison="at least", goal=goal)
    best = max(others.values(), default=0.0)
    for engine, told in SCALED.items():
        if best and told in rates:
            ratio = rates[told] / best
            name = f"scaled on {engine} beside the fastest"
            report.goal(name, ratio, comparison="at least", goal=1.0)


def main() -> int:
    parser = harness.options(__doc__, rounds=ROUNDS)
    parser.add_argument("--python", default=sys.executable, help="Where the others are installed.")
    parser.add_argument("--arq-python", help="The same for arq, which wants an older Redis client.")
    parser.add_argument(
        "--only", nargs="*", help="Of: embedded, postgresql, mariadb, and the names."
    )
    options = parser.parse_args()
    wanted = set(options.only or ["embedded", *SCALED, *PEERS])
    pythons = dict.fromkeys(PEERS, options.python)
    pythons["arq"] = options.arq_python or options.python
    there = [name for name in PEERS if name in wanted and is_there(name, pythons[name])]
    if missing := sorted(wanted & PEERS.keys() - set(there)):
        print(
            f"not installed, left out: {', '.join(missing)} (pip install --group bench)",
            file=sys.stderr,
        )
    tasks.catalogue.install({bench_tasks.FUNCTION.type: bench_tasks.FUNCTION.lint})
    report = harness.Report("Tasks end to end beside other queues")
    with servers() as run:
        where = make_peers_database(run)
        ways: dict[str, Callable[[], Seen]] = {}
        if "embedded" in wanted:
            ways[EMBEDDED] = embedded
        for engine, told in SCALED.items():
            if engine in wanted:
                ways[told] = functools.partial(scaled, run, engine)
        for name in there:
            ways[PEERS[name]] = functools.partial(peer, name, pythons[name], where)
        judge(report, in_turns(ways, rounds=options.rounds))
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
