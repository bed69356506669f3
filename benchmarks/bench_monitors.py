"""
A hundred thousand monitors, thirty thousand of them due at once: claimed, read, written.

The vendor is a process of its own that answers from memory. The bare client fetches the same
answers at the same concurrency in the same run and does nothing with them; the product also asks
before each call whether the monitor is still wanted, and writes rows, due times, costs and events.
Celery Beat has as many entries, due at once too, and a broker that takes no time.

`--database` runs two `retinue worker` around a private MariaDB and Redis instead of SQLite.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import bench_fetch
import harness
import peer_beat
import profile_vendor
from many_monitors import ALL, DUE, make_runtime, prepare, start_over, written
from sqlalchemy import select, text

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import InfluencerMetricsHistory
from retinue.capabilities.monitors.schemas import DueMonitor, Read
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from tests.fixtures.servers import ask_steward, make_run_directory, steward_command

STEADY = 500
STEADY_SECONDS = 10
ROUNDS = 3
WORKERS = 2
CHUNK = 500
TIMES_BEAT = 50.0
OF_BARE = 0.8
_PATIENCE = 600.0


@dataclass(frozen=True)
class Speed:
    rate: float
    computing: float
    """Microseconds of this process for each."""

    @classmethod
    def over(cls, number: int, began: float, computed: float) -> Speed:
        seconds, cpu = time.perf_counter() - began, time.process_time() - computed
        return cls(number / seconds, cpu / number * 1e6)


def claims(runtime: Runtime) -> tuple[float, list[DueMonitor]]:
    """Claimed a second, in chunks of a thousand, each in a transaction of its own."""
    start_over(runtime, due=DUE)
    found: list[DueMonitor] = []
    began = time.perf_counter()
    while len(found) < DUE:
        with runtime.database.writing() as db:
            found += monitors.claim_due(db, holder="bench", now=runtime.clock.now(), limit=1000)
    return DUE / (time.perf_counter() - began), found


def records(runtime: Runtime, due: list[DueMonitor]) -> float:
    """Rows a second, 500 in a transaction."""
    now = runtime.clock.now()
    counts = {"follower_count": 1000, "following_count": 10, "post_count": 7}
    reads = [Read(one, f"id{one.id}", one.subject, counts, "tikhub", now) for one in due]
    began = time.perf_counter()
    for start in range(0, len(reads), CHUNK):
        with runtime.database.writing() as db:
            monitors.record(db, reads[start : start + CHUNK], now=runtime.clock.now())
    return len(reads) / (time.perf_counter() - began)


@contextlib.contextmanager
def embedded(runtime: Runtime) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=Scheduler(runtime).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextlib.contextmanager
def scaled(runtime: Runtime, redis_url: str) -> Iterator[None]:
    url = runtime.configuration.database_url
    assert url is not None
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(harness.PATHS),
        "RETINUE_DATABASE_URL": url.get_secret_value(),
        "RETINUE_REDIS_URL": redis_url,
        "RETINUE_DATA_DIR": str(runtime.configuration.data_dir),
    }
    command = [sys.executable, "-m", "retinue", "worker"]
    quiet = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True}
    workers = [subprocess.Popen(command, env=env, **quiet) for _ in range(WORKERS)]  # type: ignore[call-overload]
    try:
        for worker in workers:
            for line in worker.stderr:
                if "Ctrl-C ends it" in line:
                    break
            threading.Thread(target=worker.stderr.read, daemon=True).start()
        yield
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(90)


def rounds_of(runtime: Runtime) -> Speed:
    """Rows a second from the moment at which they are due to the last row."""
    start_over(runtime, due=DUE)
    monitors.due.ring()
    began, computed = time.perf_counter(), time.process_time()
    while (number := written(runtime)) < DUE:
        if time.perf_counter() - began > _PATIENCE:
            message = f"only {number} rows"
            raise RuntimeError(message)
        # To count takes a few milliseconds of this process.
        time.sleep(0.25)
    return Speed.over(DUE, began, computed)


def lags(runtime: Runtime) -> list[float]:
    """Milliseconds from due to read, while 500 a second become due."""
    due = STEADY * STEADY_SECONDS
    now = start_over(runtime, due=due, over=STEADY_SECONDS)
    began = time.perf_counter()
    while written(runtime) < due and time.perf_counter() - began < _PATIENCE:
        time.sleep(0.1)
    chosen = {1 + (n * 7919) % ALL: n for n in range(due)}
    with runtime.database.reading() as db:
        found = db.execute(
            select(InfluencerMetricsHistory.monitor_id, InfluencerMetricsHistory.recorded_at)
        ).all()
    due_at = {one: 1 + STEADY_SECONDS * place / due for one, place in chosen.items()}
    return [((at - now).total_seconds() - due_at[one]) * 1000 for one, at in found]


def bare(url: str) -> Speed:
    return asyncio.run(_bare(url))


async def _bare(url: str) -> Speed:
    connector = aiohttp.TCPConnector(limit=bench_fetch.PLACES)
    async with aiohttp.ClientSession(connector=connector, headers=bench_fetch.HEADERS) as client:
        names = iter(range(DUE))

        async def call() -> bytes:
            asked = {"username": f"person_{next(names):06}"}
            async with client.get(url + bench_fetch.PATH, params=asked) as answer:
                return await answer.read()

        left = iter(range(DUE // 2))

        async def work() -> None:
            for _ in left:
                await call()

        await asyncio.gather(*(call() for _ in range(bench_fetch.PLACES)))
        began, computed = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(bench_fetch.PLACES)))
        return Speed.over(DUE // 2, began, computed)


def measure(
    runtime: Runtime, url: str, engine: Any, report: harness.Report, *, rounds: int
) -> None:
    seen: dict[str, list[float]] = {"claim": [], "record": []}
    alone: list[Speed] = []
    whole: list[Speed] = []
    late: list[float] = []
    for _ in range(rounds):
        rate, due = claims(runtime)
        seen["claim"].append(rate)
        seen["record"].append(records(runtime, due))
        start_over(runtime, due=0)
        with engine():
            # Each stands between two of the other: what the machine does besides falls on both.
            alone.append(bare(url))
            whole.append(rounds_of(runtime))
            late += lags(runtime)
    claim = report.figure("claimed, in chunks of 1,000", seen["claim"], "/s")
    report.figure("rows written, 500 a transaction", seen["record"], "rows/s")
    fetched = report.figure(
        "claimed, read and written, 100 places", [one.rate for one in whole], "rows/s"
    )
    bare_rate = report.figure(
        "bare aiohttp, 100 places, nothing kept", [one.rate for one in alone], "/s"
    )
    costs = report.figure("computing for a bare call", [one.computing for one in alone], "us")
    if runtime.configuration.database_url is None:
        ours = report.figure("computing for all of it", [one.computing for one in whole], "us")
        by_computing = costs / ours
        report.goal("the same by computing", by_computing, comparison="at least", goal=OF_BARE)
    cuts = statistics.quantiles(late, n=100)
    report.figure(f"from due to read at {STEADY} due a second, median", [cuts[49]], "ms")
    report.figure(f"from due to read at {STEADY} due a second, p99", [cuts[98]], "ms")
    other = report.figure(
        f"Celery Beat with {DUE:,} entries", [peer_beat.entries_a_second(DUE)], "/s"
    )
    report.goal(
        "all of it beside the bare client", fetched / bare_rate, comparison="at least", goal=OF_BARE
    )
    report.goal("claims beside Celery Beat", claim / other, comparison="at least", goal=TIMES_BEAT)


def on_servers(report: harness.Report, vendor_url: str, rounds: int) -> None:
    directory = make_run_directory()
    with (
        subprocess.Popen(
            steward_command(directory), cwd=harness.ROOT, stdin=subprocess.PIPE
        ) as steward,
        tempfile.TemporaryDirectory() as name,
    ):
        try:
            server = ask_steward(directory, "mariadb")
            from sqlalchemy import create_engine

            engine = create_engine(server)
            with engine.begin() as connection:
                connection.execute(text("CREATE DATABASE monitors CHARACTER SET utf8mb4"))
            engine.dispose()
            runtime = make_runtime(Path(name), server.rstrip("/") + "/monitors")
            prepare(runtime, vendor_url)
            redis_url = ask_steward(directory, "redis")
            measure(runtime, vendor_url, lambda: scaled(runtime, redis_url), report, rounds=rounds)
            runtime.database.close()
        finally:
            if steward.stdin is not None:
                steward.stdin.close()


def main() -> int:
    parser = harness.options(__doc__, rounds=ROUNDS)
    parser.add_argument("--database", action="store_true", help="MariaDB, Redis and two workers")
    options = parser.parse_args()
    where = "MariaDB, Redis, two workers" if options.database else "SQLite, one process"
    report = harness.Report(f"{ALL:,} monitors, {DUE:,} due at once: {where}")
    with profile_vendor.serving() as url:
        if options.database:
            on_servers(report, url, options.rounds)
        else:
            with tempfile.TemporaryDirectory() as name:
                runtime = make_runtime(Path(name))
                prepare(runtime, url)
                measure(runtime, url, lambda: embedded(runtime), report, rounds=options.rounds)
                runtime.database.close()
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
