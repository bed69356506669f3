"""
The ledger with a million events: a page by each filter, 10,000 names at once, and all of it as a file.

Beside it: the same page by hand with `sqlite3`, and the history of one account in one
JSON file, which has to be loaded whole before anything can be asked.

    python benchmarks/bench_ledger_million.py [--json] [--strict] [--rounds 3] [--events 1000000]
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import anyio
import harness
import million
import psutil
from fastapi import FastAPI

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.schemas import EventFilter
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories import serving
from tests.factories.engaging import settings_of

SETTINGS = settings_of()
NAMES_AT_ONCE = 10_000
PAGE = 51
SAMPLES = 40

ACTIONS = ("like", "view", "follow", "comment", "visit")


def filters(rng: random.Random, people: int) -> dict[str, Callable[[], EventFilter]]:
    def day() -> dict[str, Any]:
        begin = million.NOON - timedelta(days=1 + rng.random() * (million.DAYS - 1))
        return {"since": begin, "until": begin + timedelta(days=1)}

    def account() -> int:
        return rng.randint(1, million.ACCOUNTS)

    def person() -> str:
        return f"person_{rng.randint(1, people)}"

    def status() -> EventStatus:
        return rng.choice(list(EventStatus))

    def action() -> tuple[str]:
        return (rng.choice(ACTIONS),)

    return {
        "none": EventFilter,
        "account": lambda: EventFilter(account_id=account()),
        "action": lambda: EventFilter(actions=action()),
        "an action that never was": lambda: EventFilter(actions=("share",)),
        "status": lambda: EventFilter(status=status()),
        "target": lambda: EventFilter(target=person()),
        "one day": lambda: EventFilter(**day()),
        "account, action, status": lambda: EventFilter(
            account_id=account(), actions=action(), status=status()
        ),
        "account, target": lambda: EventFilter(account_id=account(), target=person()),
        "action, status, one day": lambda: EventFilter(actions=action(), status=status(), **day()),
        "five accounts of a restricted token": lambda: EventFilter(
            account_ids=frozenset(rng.sample(range(1, million.ACCOUNTS + 1), 5))
        ),
    }


def milliseconds(work: Callable[[], Any]) -> float:
    """Of this thread's own work, which with SQLite is the database's too: a busy neighbour does not count."""
    began = time.thread_time()
    work()
    return 1000 * (time.thread_time() - began)


def pages(database: Database, wanted: Callable[[], EventFilter]) -> Iterator[float]:
    """Each in a transaction of its own; the next page of what has one counts as well."""
    for _ in range(SAMPLES):
        asked = wanted()
        with database.reading() as db:
            found: list[Any] = []
            yield milliseconds(lambda: found.extend(ledger.events(db, asked, limit=PAGE)))  # noqa: B023
            if len(found) == PAGE:
                last = (found[-1].ts, found[-1].id)
                yield milliseconds(lambda: ledger.events(db, asked, before=last, limit=PAGE))  # noqa: B023


def p99(values: list[float]) -> float:
    return sorted(values)[int(0.99 * (len(values) - 1))]


def measure_pages(report: harness.Report, database: Database, options: argparse.Namespace) -> None:
    rng = random.Random(7)
    worst = 0.0
    for name, wanted in filters(rng, options.people).items():
        seen = [p99(list(pages(database, wanted))) for _ in range(options.rounds)]
        worst = max(worst, report.figure(f"page by {name}, p99", seen, "ms"))
    report.goal("slowest page, p99", worst, comparison="at most", goal=10, unit="ms")
    connection = sqlite3.connect(database.url.database or "")
    by_hand = [
        milliseconds(
            connection.execute(
                "SELECT * FROM interaction_events WHERE account_id = ?"
                " ORDER BY ts DESC, id DESC LIMIT ?",
                (rng.randint(1, million.ACCOUNTS), PAGE),
            ).fetchall
        )
        for _ in range(SAMPLES)
    ]
    report.figure("page by account, sqlite3 by hand, p99", [p99(by_hand)], "ms")


def measure_check(report: harness.Report, database: Database, options: argparse.Namespace) -> None:
    taken = [f"person_{number}" for number in range(1, NAMES_AT_ONCE + 1)]
    half = [f"person_{number}" for number in range(options.people // 2 - 5000, options.people)]
    for name, names in (("all taken", taken), ("half taken", half[:NAMES_AT_ONCE])):

        def check(names: list[str] = names) -> None:
            with database.reading() as db:
                account = accounts.get(db, 1)
                ledger.check(db, account, "like", names, settings=SETTINGS, now=million.NOON)

        check()
        seen = [milliseconds(check) for _ in range(3 * options.rounds)]
        found = report.figure(f"10,000 names, {name}", seen, "ms")
        report.goal(f"10,000 names, {name}", found, comparison="at most", goal=50, unit="ms")


def measure_export(report: harness.Report, app: FastAPI, options: argparse.Namespace) -> None:
    """Asked of the application itself, because a test client would keep the whole answer."""
    process, rows, is_asked = psutil.Process(), 0, False
    resident = most = process.memory_info().rss
    began = time.perf_counter()

    async def receive() -> dict[str, Any]:
        nonlocal is_asked
        if is_asked:
            # Nobody goes away before the end.
            await anyio.sleep_forever()
        is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal rows, most
        if message["type"] == "http.response.start" and message["status"] != HTTPStatus.OK:
            raise ValueError(message)
        rows += message.get("body", b"").count(b"\r\n")
        most = max(most, process.memory_info().rss)

    anyio.run(app, _EXPORT, receive, send)
    if rows - 1 != options.events:
        message = f"exported {rows - 1} of {options.events}"
        raise ValueError(message)
    report.figure("export of all as CSV", [rows / (time.perf_counter() - began)], "rows per second")
    more = report.figure(
        "memory more at the peak of the export", [(most - resident) / (1 << 20)], "MB"
    )
    report.goal("memory more for the export", more, comparison="at most", goal=20, unit="MB")


_EXPORT = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/api/interactions/export",
    "raw_path": b"/api/interactions/export",
    "root_path": "",
    "query_string": b"format=csv",
    "headers": [(b"host", b"127.0.0.1:8000")],
    "client": ("127.0.0.1", 50_000),
    "server": ("127.0.0.1", 8000),
}


def measure_json(report: harness.Report, directory: Path, options: argparse.Namespace) -> None:
    """As many people as one account of the ledger has met: what a script loads before its first question."""
    known = {
        f"person_{number}": {"last_interaction": "2026-01-31 12:00:00.000000", "liked": 1}
        for number in range(options.people)
    }
    path = directory / "interacted_users.json"
    path.write_text(json.dumps(known, indent=4), encoding="utf-8")
    seen = [
        milliseconds(lambda: json.loads(path.read_text(encoding="utf-8")))
        for _ in range(options.rounds)
    ]
    report.figure("one question to a JSON file of as many people", seen, "ms")


def api_of(database: Database, directory: Path) -> FastAPI:
    runtime = serving.make_runtime(
        database,
        ManualClock(million.NOON),
        directory,
        sandgram_url="http://127.0.0.1:9",
        heavy_rate_limit="10000/minute",
    )
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=million.NOON)
    return serving.make_app(runtime, [endpoints.router])


def main() -> int:
    parser = harness.options(__doc__, rounds=3)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=400_000)
    options = parser.parse_args()
    report = harness.Report(f"The ledger with {options.events:,} events")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        database = million.fill(directory, events=options.events, people=options.people)
        try:
            app = api_of(database, directory)
            measure_pages(report, database, options)
            measure_check(report, database, options)
            measure_export(report, app, options)
            measure_json(report, directory, options)
        finally:
            database.close()
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
