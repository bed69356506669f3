"""
What one durable transaction costs on this machine, bare and through Retinue.

The limit is a plain SQLite connection at `synchronous=FULL`, one row a commit.
Beside it: the same row through `Database.writing_core()` (write lock, pool) and
an event through `Database.writing()` (with the ORM's session on top), and a job from
`defer` to done.

    python benchmarks/bench_commits.py [--json] [--strict] [--rounds 5] [--commits 400]
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import harness
from sqlalchemy import text

from retinue.entrypoints import models
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from retinue.foundation.events import service as events
from retinue.foundation.jobs import service as jobs

CLOCK = SystemClock()


def plain(directory: Path, *, synchronous: str) -> Callable[[], None]:
    connection = sqlite3.connect(directory / f"{synchronous}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO notes (text) VALUES ('hello')")
        connection.execute("COMMIT")

    return commit


def through_core(database: Database) -> Callable[[], None]:
    with database.writing_core() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"))
    statement = text("INSERT INTO notes (text) VALUES ('hello')")

    def commit() -> None:
        with database.writing_core() as connection:
            connection.execute(statement)

    return commit


def an_event(database: Database) -> Callable[[], None]:
    def commit() -> None:
        with database.writing() as db:
            events.publish(db, "account_update", {"account": "otter"}, now=CLOCK.now())

    return commit


def a_job(database: Database) -> Callable[[], None]:
    names, numbers = ["bench"], iter(range(10**9))

    def run() -> None:
        now = CLOCK.now()
        with database.writing() as db:
            jobs.defer(db, "bench", {"n": 1}, now=now)
        with database.writing() as db:
            [job] = jobs.claim(db, names, holder=str(next(numbers)), now=now, limit=1)
        with database.writing() as db:
            jobs.finish(db, job, now=now)

    return run


def rate(work: Callable[[], None], *, times: int) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return times / (time.perf_counter() - began)

    return measure


def main() -> int:
    parser = harness.options(__doc__, rounds=5)
    parser.add_argument("--commits", type=int, default=400, help="transactions per way and round")
    options = parser.parse_args()
    report = harness.Report("Durable transactions (SQLite)")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        database = Database(
            f"sqlite:///{directory / 'retinue.db'}", lock_path=directory / "write.lock"
        )
        models.metadata.create_all(database.writer)
        ways = {
            "plain commit, FULL (the limit)": plain(directory, synchronous="FULL"),
            "plain commit, NORMAL (can lose commits)": plain(directory, synchronous="NORMAL"),
            "Database.writing_core(), one row": through_core(database),
            "Database.writing(), one event": an_event(database),
            "job: deferred, claimed, done": a_job(database),
        }
        seen = harness.in_turns(
            {name: rate(work, times=options.commits) for name, work in ways.items()},
            rounds=options.rounds,
        )
        database.close()
    medians = [report.figure(name, values, "per second") for name, values in seen.items()]
    limit, _, core, event, _ = medians
    report.goal(
        "a Core transaction, share of the limit", core / limit, comparison="at least", goal=0.3
    )
    report.goal("an event, share of the limit", event / limit, comparison="at least", goal=0.3)
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
