"""
Check-out of one of 1,000 worker accounts: by the queue's claim of look-ups, and as a pool of scraping accounts does it.

The pool is written anew after what its documentation says: for each check-out the next account that
no lock holds is selected and updated, in SQLite, on a connection of its own.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import bench_tasks
import harness

from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from tests.factories.tasking import make_worker_account

ACCOUNTS = 1000
POOLED = 200
ROUNDS = 3
LOOK_UP = TaskType.lookup_profile


def ours() -> float:
    """Accounts a second: chosen, leased, its budget drawn on, and its task begun, durably."""
    with tempfile.TemporaryDirectory() as name:
        runtime = bench_tasks.make_runtime(Path(name))
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            settings.update(db, {"lookups_per_15_minutes": 1_000_000}, actor="bench", now=now)
            for n in range(ACCOUNTS):
                make_worker_account(db, f"scout{n}", now=now)
            items = [BatchItem(params={"username": f"otter{n}"}) for n in range(ACCOUNTS)]
            wanted = BatchCreate(type=LOOK_UP, tasks=items)
            tasks.create_batch(db, wanted, actor="bench", now=now)
        began, taken = time.perf_counter(), 0
        while taken < ACCOUNTS:
            with runtime.database.writing() as db:
                now = runtime.clock.now()
                taken += len(tasks.claim(db, [LOOK_UP], holder="bench", now=now, limit=200))
        took = time.perf_counter() - began
        runtime.database.close()
    return ACCOUNTS / took


def pool() -> float:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "accounts.db"
        with closing(sqlite3.connect(file)) as db:
            db.execute(
                "CREATE TABLE accounts (username TEXT PRIMARY KEY, active INTEGER, locks TEXT, last_used TEXT)"
            )
            rows = [(f"scout{n}", json.dumps({})) for n in range(ACCOUNTS)]
            db.executemany("INSERT INTO accounts VALUES (?, 1, ?, NULL)", rows)
            db.commit()
        began = time.perf_counter()
        for _ in range(POOLED):
            with closing(sqlite3.connect(file)) as db:
                found = db.execute(
                    "SELECT username FROM accounts WHERE active = 1 AND (json_extract(locks, '$.q') IS NULL"
                    " OR json_extract(locks, '$.q') < datetime('now')) ORDER BY random() LIMIT 1"
                ).fetchone()
                db.execute(
                    "UPDATE accounts SET locks = json_set(locks, '$.q', datetime('now', '+15 minutes')),"
                    " last_used = datetime('now') WHERE username = ?",
                    found,
                )
                db.commit()
        return POOLED / (time.perf_counter() - began)


def main() -> int:
    options = harness.options(__doc__, rounds=ROUNDS).parse_args()
    tasks.catalogue.install({LOOK_UP: lambda _db, _params: []})
    report = harness.Report("Check-out of one of 1,000 accounts")
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(options.rounds):
        mine.append(ours())
        theirs.append(pool())
    rate = report.figure("claimed with its task, 200 a transaction", mine, "accounts/s")
    beside = report.figure("the pool's way, one a transaction", theirs, "accounts/s")
    report.goal("beside the pool", rate / beside, comparison="at least", goal=10.0)
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
