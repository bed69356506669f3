"""
The ledger against the limit of this machine, and against what others do.

An act is two durable transactions: the intent with its windows and decision, and
the outcome with event and last word. The limit is plain SQLite commits of one row
at `synchronous=FULL`. "Was this person engaged?" is asked of the ledger, of a held
SQLAlchemy Core connection and of a history in one JSON file, which is loaded whole
and, after an act, written whole.

    python benchmarks/bench_ledger.py [--json] [--strict] [--rounds 5] [--acts 400] [--people 100000]
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import harness
from sqlalchemy import bindparam, insert, select

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState, Target, Window
from retinue.capabilities.ledger.schemas import Outcome, Reserved
from retinue.foundation.database import Database, migrations
from retinue.foundation.database.handle import Handle
from tests.factories.engaging import Engaged, engage, make_account, settings_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SETTINGS = settings_of()
DONE = Outcome(AttemptState.confirmed, latency_ms=120)
NAMES_AT_ONCE = 10_000

Work = Callable[[], None]


def rate(work: Work, *, times: int) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return times / (time.perf_counter() - began)

    return measure


def plain_commits(directory: Path) -> Work:
    connection = sqlite3.connect(directory / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO notes (text) VALUES ('hello')")
        connection.execute("COMMIT")

    return commit


def acts(database: Database, crew: list[Engaged]) -> Work:
    """Every act meets a new person; the clock goes on with them, so that no limit is reached."""
    rng, numbers = random.Random(7), itertools.count()

    def act() -> None:
        number = next(numbers)
        now = NOON + timedelta(seconds=number * 6)
        wanted = crew[number % len(crew)].wants(f"stranger_{number}")
        with database.writing() as db:
            reserved = ledger.reserve(db, wanted, settings=SETTINGS, now=now)
        if not isinstance(reserved, Reserved):
            raise TypeError(f"declined: {reserved.reason}")
        with database.writing() as db:
            ledger.settle(db, reserved.attempt_id, DONE, settings=SETTINGS, rng=rng, now=now)

    return act


def handles(people: int) -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"person_{next(numbers) * 7919 % people}"


def look_up(database: Database, account: Account, people: int) -> Work:
    """Each with a transaction of its own, as a request has it."""
    handle = handles(people)

    def look() -> None:
        with database.reading() as db:
            ledger.is_engaged(db, account, handle(), action="like", settings=SETTINGS, now=NOON)

    return look


def look_up_held(database: Database, account: Account, people: int) -> Work:
    handle, connection = handles(people), database.reader.connect()
    connection.begin()
    db = Handle(connection)

    def look() -> None:
        ledger.is_engaged(db, account, handle(), action="like", settings=SETTINGS, now=NOON)

    return look


def core_look_up(database: Database, account: Account, people: int) -> Work:
    """The least that SQLAlchemy can do: one statement on a connection that is never given back."""
    handle, connection = handles(people), database.reader.connect()
    statement = (
        select(Window.expires_at)
        .join(Target, Target.id == Window.target_id)
        .where(
            Window.network == "sandgram",
            Window.scope_key == f"account:{account.id}",
            Window.action == "like",
            Target.network == "sandgram",
            Target.handle == bindparam("handle"),
        )
    )

    def look() -> None:
        connection.execute(statement, {"handle": handle()}).first()

    return look


def bulk(database: Database, account: Account, people: int) -> Work:
    names = [f"person_{number}" for number in range(people // 2, people // 2 + NAMES_AT_ONCE)]

    def check() -> None:
        with database.reading() as db:
            ledger.check(db, account, "like", names, settings=SETTINGS, now=NOON)

    return check


def core_bulk(database: Database, account: Account, people: int) -> Work:
    names = [f"person_{number}" for number in range(people // 2, people // 2 + NAMES_AT_ONCE)]
    connection = database.reader.connect()
    statement = (
        select(Target.handle, Window.expires_at)
        .join(Window, Window.target_id == Target.id)
        .where(
            Window.network == "sandgram",
            Window.scope_key == f"account:{account.id}",
            Window.action == "like",
            Target.network == "sandgram",
            Target.handle.in_(bindparam("handles", expanding=True)),
        )
    )

    def check() -> None:
        connection.execute(statement, {"handles": names}).all()

    return check


def json_history(directory: Path, people: int) -> Work:
    """Look up one person and write the act down, the way of a script with one file per account."""
    path, handle = directory / "interacted_users.json", handles(people)
    known = {
        f"person_{number}": {"last_interaction": "2026-01-31 12:00:00.000000", "liked": 1}
        for number in range(people)
    }
    path.write_text(json.dumps(known, indent=4), encoding="utf-8")

    def act() -> None:
        history = json.loads(path.read_text(encoding="utf-8"))
        history[handle()] = {"last_interaction": "2026-02-01 12:00:00.000000", "liked": 2}
        path.write_text(json.dumps(history, indent=4), encoding="utf-8")

    return act


def fill(database: Database, account_id: int, people: int) -> None:
    """So many people whom the account has liked today."""
    numbers = range(1, people + 1)
    persons = [
        {
            "id": number,
            "network": "sandgram",
            "network_id": f"id-person_{number - 1}",
            "handle": f"person_{number - 1}",
            "seen_at": NOON,
        }
        for number in numbers
    ]
    taken = [
        {
            "network": "sandgram",
            "scope_key": f"account:{account_id}",
            "target_id": number,
            "action": "like",
            "attempt_id": "filled",
            "expires_at": NOON + timedelta(days=30),
        }
        for number in numbers
    ]
    with database.writing_core() as connection:
        connection.execute(insert(Target), persons)
        connection.execute(insert(Window), taken)


def open_at(directory: Path, name: str) -> Database:
    database = Database(
        f"sqlite:///{directory / name}.db", lock_path=directory / f"{name}.write.lock"
    )
    migrations.upgrade(database)
    return database


def measure(report: harness.Report, directory: Path, options: argparse.Namespace) -> None:
    working, known = open_at(directory, "working"), open_at(directory, "known")
    with working.writing() as db:
        crew = [engage(db, f"account_{number}", now=NOON) for number in range(50)]
    with known.writing() as db:
        account = make_account(db, now=NOON)
    fill(known, account.id, options.people)
    asked = (known, account, options.people)
    many = options.acts * 2
    seen = harness.in_turns(
        {
            "plain commits, FULL (the limit)": rate(plain_commits(directory), times=many),
            "acts: intent + outcome": rate(acts(working, crew), times=options.acts),
            "look-ups on a held Core connection": rate(core_look_up(*asked), times=many),
            "look-ups on a held handle": rate(look_up_held(*asked), times=many),
            "look-ups with a transaction each": rate(look_up(*asked), times=many),
            "10,000 names, Core IN": rate(core_bulk(*asked), times=3),
            "10,000 names": rate(bulk(*asked), times=3),
            "acts, JSON file": rate(json_history(directory, options.people), times=2),
        },
        rounds=options.rounds,
    )
    for name, values in seen.items():
        report.figure(name, values, "per second")

    def ratio(one: str, other: str, *, of: float = 1) -> float:
        """Round by round, because the two of a round have met the same neighbours."""
        pairs = zip(seen[one], seen[other], strict=True)
        return statistics.median(of * first / second for first, second in pairs)

    share = ratio("acts: intent + outcome", "plain commits, FULL (the limit)", of=2)
    report.goal("two commits of an act, share of the limit", share, comparison="at least", goal=0.3)
    single = ratio("look-ups on a held Core connection", "look-ups on a held handle")
    report.goal("one look-up, times a held Core connection", single, comparison="at most", goal=2)
    whole = ratio("10,000 names, Core IN", "10,000 names")
    report.goal("10,000 names, times Core IN", whole, comparison="at most", goal=2)
    faster = ratio("acts: intent + outcome", "acts, JSON file")
    report.goal("acts, times the JSON file", faster, comparison="at least", goal=10)


def main() -> int:
    parser = harness.options(__doc__, rounds=5)
    parser.add_argument("--acts", type=int, default=400, help="acts per round")
    parser.add_argument("--people", type=int, default=100_000, help="people known already")
    options = parser.parse_args()
    report = harness.Report(f"The ledger (SQLite, {options.people:,} people known)")
    with tempfile.TemporaryDirectory() as name:
        measure(report, Path(name), options)
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
