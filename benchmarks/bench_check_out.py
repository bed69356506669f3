"""
Check-out of worker accounts, 1,000 and 10,000 of them: by the queue's claim of look-ups, and from a pool.

Ours is the whole claim: account chosen, leased, its budget drawn on, its task begun, all durable. The
pool is made anew after twscrape (`peer_account_pool.py`); the library itself stands beside it
where `--python` names an environment that has it: `pip install twscrape`, which no lock has.
"""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import bench_tasks
import harness

from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from retinue.foundation.leases import service as leases
from tests.factories.tasking import make_worker_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retinue.foundation.runtime import Runtime

SIZES = (1000, 10_000)
TAKEN = 1000
POOLED = 100
LEASED_AT_ONCE = 50
ROUNDS = 3
LOOK_UP = TaskType.lookup_profile
_TTL = timedelta(seconds=30)


@contextmanager
def fleet(number: int) -> Iterator[Runtime]:
    """An installation with so many worker accounts and a batch of look-ups."""
    with tempfile.TemporaryDirectory() as name:
        runtime = bench_tasks.make_runtime(Path(name))
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            settings.update(db, {"lookups_per_15_minutes": 1_000_000}, actor="bench", now=now)
            make_worker_account(db, "scout0", now=now)
        copy_account(runtime, number)
        with runtime.database.writing() as db:
            items = [BatchItem(params={"username": f"otter{n}"}) for n in range(TAKEN)]
            wanted = BatchCreate(type=LOOK_UP, tasks=items)
            tasks.create_batch(db, wanted, actor="bench", now=now)
        yield runtime
        runtime.database.close()


def copy_account(runtime: Runtime, number: int) -> None:
    """The rows of one account as often as there are to be: ten thousand are made one by one in a minute."""
    with runtime.database.writing_core() as connection:
        names = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(accounts)")]
        own = {"id": "n.value + 1", "uid": "'uid' || n.value", "account_no": "'W' || n.value"}
        own |= {"login": "'scout' || n.value", "login_key": "'scout' || n.value"}
        values = ", ".join(own.get(name, f"a.{name}") for name in names)
        connection.exec_driver_sql(
            f"INSERT INTO accounts ({', '.join(names)}) WITH RECURSIVE n(value) AS"
            f" (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {number - 1})"
            f" SELECT {values} FROM accounts a, n WHERE a.login = 'scout0'"
        )


def claimed(accounts: int, *, at_once: int, number: int) -> float:
    """Accounts a second."""
    with fleet(accounts) as runtime:
        began, taken = time.perf_counter(), 0
        while taken < number:
            with runtime.database.writing() as db:
                now = runtime.clock.now()
                got = tasks.claim(db, [LOOK_UP], holder="bench", now=now, limit=at_once)
            if not got:
                raise SystemExit(f"{taken} of {number} accounts were checked out, and then none")
            taken += len(got)
        return taken / (time.perf_counter() - began)


def leased(accounts: int) -> float:
    """Accounts a second, the lease alone."""
    with fleet(accounts) as runtime:
        keys = [f"account:{n + 1}" for n in range(TAKEN)]
        began = time.perf_counter()
        for start in range(0, TAKEN, LEASED_AT_ONCE):
            wanted = dict.fromkeys(keys[start : start + LEASED_AT_ONCE], "bench")
            with runtime.database.writing() as db:
                now = runtime.clock.now()
                if len(leases.acquire_many(db, wanted, ttl=_TTL, now=now)) != len(wanted):
                    raise SystemExit("a lease was not given")
        return TAKEN / (time.perf_counter() - began)


def pool(python: str, way: str, accounts: int) -> float:
    script = Path(__file__).with_name("peer_account_pool.py")
    command = [python, str(script), way, str(accounts), str(POOLED)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> int:
    parser = harness.options(__doc__, rounds=ROUNDS)
    parser.add_argument("--python", help="Where twscrape is installed.")
    options = parser.parse_args()
    tasks.catalogue.install({LOOK_UP: lambda _db, _params: []})
    report = harness.Report("Check-out of worker accounts")
    for size in SIZES:
        ways: dict[str, Callable[[], float]] = {
            "claimed with its task, 200 a transaction": functools.partial(
                claimed, size, at_once=200, number=TAKEN
            ),
            "claimed with its task, one a transaction": functools.partial(
                claimed, size, at_once=1, number=POOLED
            ),
            f"leased, {LEASED_AT_ONCE} a transaction": functools.partial(leased, size),
            "the pool made anew": functools.partial(pool, sys.executable, "remade", size),
        }
        if options.python:
            ways["twscrape itself"] = functools.partial(pool, options.python, "twscrape", size)
        seen = harness.in_turns(ways, rounds=options.rounds)
        found = {
            name: report.figure(f"{size:,} accounts: {name}", values, "accounts/s")
            for name, values in seen.items()
        }
        peers = [found[name] for name in found if name.startswith(("the pool", "twscrape"))]
        own = found["claimed with its task, 200 a transaction"]
        report.goal(f"{size:,} accounts", own / max(peers), comparison="at least", goal=10.0)
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
