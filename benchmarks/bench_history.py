"""
Histories of monitors with a million rows behind them, and how fast what is due is claimed and written.

Reads are made through the application itself, without a socket: what the server does with a request
from its first byte to its last. Claims and records are transactions of SQLite at FULL, in a table of
100,000 monitors of which 30,000 are due, in chunks of 1,000 (records: 500).

    .venv/bin/python benchmarks/bench_history.py [--rounds 3] [--rows 1000000] [--monitors 100000]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import harness
from fastapi import FastAPI
from starlette.types import Message

from retinue.capabilities.access import service as access
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.endpoints import router
from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.schemas import DueMonitor, Read
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database, migrations
from retinue.foundation.runtime import Runtime
from tests.factories import serving

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
DUE = 30_000
PEOPLE = 500
QUESTIONS = 1000
_CLAIM, _RECORD = 1000, 500


def main() -> int:
    parser = harness.options(__doc__, rounds=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--monitors", type=int, default=100_000)
    options = parser.parse_args()
    report = harness.Report(f"Monitors: {options.monitors:,}, with {options.rows:,} readings")
    with tempfile.TemporaryDirectory(dir=os.environ.get("RETINUE_BENCH_DIR")) as place:
        database = filled(Path(place) / "bench.db", options)
        clock = ManualClock(NOW)
        data_dir = Path(place) / "data"
        data_dir.mkdir(mode=0o700)
        runtime = serving.make_runtime(database, clock, data_dir, rate_limit="1000000/second")
        with database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=NOW)
        work(report, database, options)
        reads(report, runtime, options)
        database.close()
    return report.finish(options)


def filled(path: Path, options: argparse.Namespace) -> Database:
    database = Database(f"sqlite:///{path}", lock_path=Path(f"{path}.lock"))
    migrations.upgrade(database)
    each = options.rows // PEOPLE
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        far, near = _text(NOW + timedelta(days=1)), _text(NOW - timedelta(seconds=20))
        raw.executemany(
            "INSERT INTO monitors (id, kind, subject, subject_id, interval_seconds, status, due_at, is_spread,"
            " fence, failures, last_success_at, created_at, updated_at)"
            " VALUES (?, 'influencer', ?, ?, 1800, 'active', ?, 0, 0, 0, ?, ?, ?)",
            (
                # Those that are due lie scattered among the others.
                (one, f"person{one}", str(10_000 + one), near if _is_due(one, options) else far)
                + (_text(NOW),) * 3
                for one in range(1, options.monitors + 1)
            ),
        )
        raw.executemany(
            "INSERT INTO influencer_metrics_history (monitor_id, recorded_at, user_id, username, bio,"
            " follower_count, following_count, post_count, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'tikhub')",
            (
                (
                    one,
                    _text(NOW - timedelta(minutes=30 * (each - number))),
                    str(10_000 + one),
                    f"person{one}",
                    "A few words about somebody.",
                    100_000 + number,
                    300,
                    40,
                )
                for one in range(1, PEOPLE + 1)
                for number in range(each)
            ),
        )
    return database


def reads(report: harness.Report, runtime: Runtime, options: argparse.Namespace) -> None:
    app = serving.make_app(runtime, [router])
    for limit, name in ((100, "100 rows"), (1000, "1,000 rows")):
        kept, made, beyond, computing = [], [], [], []
        until = urlencode({"until": (NOW - timedelta(days=35)).isoformat()})
        for _ in range(options.rounds):
            ask = Asking(app, runtime, f"limit={limit}")
            made.append(ask.p99(200, is_kept=False))
            began = time.process_time()
            kept.append(ask.p99(QUESTIONS))
            computing.append((time.process_time() - began) * 1000 / (QUESTIONS + 100))
            beyond.append(Asking(app, runtime, f"limit={limit}&{until}").p99(200))
        seen = report.figure(f"history of {name}, kept: p99", kept, "ms")
        # What neighbours on the machine do not change.
        report.figure(f"history of {name}, kept: computing", computing, "ms")
        report.figure(f"history of {name}, not kept: p99", made, "ms")
        report.figure(f"history of {name}, older than what is kept: p99", beyond, "ms")
        if limit == 100:
            report.goal(
                "a kept history, p99 at the server", seen, comparison="at most", goal=5, unit="ms"
            )


class Asking:
    """Requests as the server's protocol hands them to the application, one after the other."""

    def __init__(self, app: FastAPI, runtime: Runtime, query: str) -> None:
        self._app = app
        self._runtime = runtime
        self._query = query

    def p99(self, number: int, *, is_kept: bool = True) -> float:
        """In milliseconds. Of a hundred people in turn; each has been asked for once before."""
        return asyncio.run(self._asked(number, is_kept=is_kept))

    async def _asked(self, number: int, *, is_kept: bool) -> float:
        spans: list[float] = []
        for one in range(number + 100):
            user = str(10_001 + one % 100)
            if not is_kept:
                subject = (MonitorKind.influencer, user)
                monitors.caching.forget(self._runtime.cache, [subject])
            began = time.perf_counter()
            await self._ask(f"/api/v1/instagram/influencer_monitor/user_history/{user}")
            spans.append((time.perf_counter() - began) * 1000)
        return statistics.quantiles(spans[100:], n=100)[98]

    async def _ask(self, path: str) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": self._query.encode(),
            "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", b"application/json")],
            "client": serving.HERE,
            "server": ("127.0.0.1", 8000),
        }
        told: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            told.append(message)

        await self._app(scope, receive, send)
        assert told[0]["status"] == 200, told[1:]


def work(report: harness.Report, database: Database, options: argparse.Namespace) -> None:
    claims: list[float] = []
    computing: list[float] = []
    records: list[float] = []
    raw: list[float] = []
    for number in range(options.rounds):
        now = NOW + timedelta(seconds=1)
        reset(database)
        raw.append(_by_hand(database, now))
        reset(database)
        began, computed = time.perf_counter(), time.process_time()
        found: list[DueMonitor] = []
        while True:
            with database.writing() as db:
                some = monitors.claim_due(db, holder="bench", now=now, limit=_CLAIM)
            if not some:
                break
            found += some
        claims.append(len(found) / (time.perf_counter() - began))
        computing.append((time.process_time() - computed) * 1e6 / len(found))
        assert len(found) == min(DUE, options.monitors), len(found)
        at = NOW + timedelta(minutes=number + 1)
        began = time.perf_counter()
        for start in range(0, len(found), _RECORD):
            some_reads = [_read(one, at) for one in found[start : start + _RECORD]]
            with database.writing() as db:
                done = monitors.record(db, some_reads, now=at)
            assert len(done.written) == len(some_reads)
        records.append(len(found) / (time.perf_counter() - began))
    ours = report.figure("due monitors claimed, chunks of 1,000", claims, "rows/s")
    report.figure("the same: computing", computing, "µs a row")
    limit = report.figure("the same claim by hand with sqlite3", raw, "rows/s")
    report.figure("readings written, chunks of 500, watched for what is strange", records, "rows/s")
    report.goal("claims", ours, comparison="at least", goal=10_000, unit="rows/s")
    report.goal("claims beside the same by hand", ours / limit, comparison="at least", goal=0.3)


def reset(database: Database) -> None:
    with sqlite3.connect(database.url.database or "") as raw:
        near = _text(NOW - timedelta(seconds=20))
        raw.execute(
            "UPDATE monitors SET claimed_by = NULL, claimed_until = NULL,"
            " due_at = CASE WHEN due_at < ? OR fence > 0 THEN ? ELSE due_at END",
            (_text(NOW + timedelta(hours=12)), near),
        )
    raw.close()


def _by_hand(database: Database, now: datetime) -> float:
    """What the engine itself can do: the same two statements, and nothing else."""
    raw = sqlite3.connect(database.url.database or "", isolation_level=None)
    raw.execute("PRAGMA synchronous = FULL")
    until, moment, number = _text(now + timedelta(minutes=2)), _text(now), 0
    began = time.perf_counter()
    while True:
        raw.execute("BEGIN IMMEDIATE")
        rows = raw.execute(
            "SELECT id, kind, subject, subject_id, interval_seconds, source, due_at, is_spread, fence, failures"
            " FROM monitors WHERE status = 'active' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            (moment, _CLAIM),
        ).fetchall()
        raw.executemany(
            "UPDATE monitors SET due_at = ?, claimed_by = 'hand', claimed_until = ?, fence = fence + 1"
            " WHERE id = ?",
            [(until, until, row[0]) for row in rows],
        )
        raw.execute("COMMIT")
        if not rows:
            break
        number += len(rows)
    span = time.perf_counter() - began
    raw.close()
    return number / span


def _read(one: DueMonitor, at: datetime) -> Read:
    counts = {"follower_count": 100_000 + one.id, "following_count": 300, "post_count": 40}
    return Read(one, str(one.subject_id), one.subject, counts, "tikhub", at, "A few words.")


def _is_due(one: int, options: argparse.Namespace) -> bool:
    return one * 7919 % options.monitors < DUE


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


if __name__ == "__main__":
    sys.exit(main())
