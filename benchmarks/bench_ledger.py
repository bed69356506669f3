"""
The ledger against the limit of this machine and against what others do.

- intent + outcome: two durable transactions per act, as a share of the plain
  SQLite commits that the same disk allows. The goal is 30 % or more.
- "was this person engaged": one look-up against a held SQLAlchemy Core connection
  and against a JSON history that is loaded whole and rewritten after each act.

Every figure is a ratio within one run; absolute numbers belong to the machine.
"""

from __future__ import annotations

import argparse
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

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from sqlalchemy import bindparam, select  # noqa: E402

from retinue.capabilities.accounts.models import Account  # noqa: E402
from retinue.capabilities.ledger import service as ledger  # noqa: E402
from retinue.capabilities.ledger.models import AttemptState, Target, Window  # noqa: E402
from retinue.capabilities.ledger.schemas import Outcome, Reserved  # noqa: E402
from retinue.entrypoints import models as _models  # noqa: E402, F401
from retinue.foundation.database import Database, Record  # noqa: E402
from tests.factories.engaging import Engaged, engage, make_account, settings_of  # noqa: E402

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SETTINGS = settings_of()
ACCOUNTS = 50
DONE = Outcome(AttemptState.confirmed, latency_ms=120)


def per_second(work: Callable[[int], None], *, times: int, rounds: int) -> float:
    """The median of some rounds, so that a neighbour's burst does not decide."""
    rates = []
    for number in range(rounds):
        began = time.perf_counter()
        for index in range(number * times, (number + 1) * times):
            work(index)
        rates.append(times / (time.perf_counter() - began))
    return statistics.median(rates)


def plain_commits(directory: Path) -> Callable[[int], None]:
    connection = sqlite3.connect(directory / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT, number INTEGER)")

    def commit(index: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (text, number) VALUES (?, ?)", ("hello", index))
        connection.execute("COMMIT")

    return commit


def pairs(database: Database, crew: list[Engaged]) -> Callable[[int], None]:
    rng = random.Random(7)

    def act(index: int) -> None:
        # A day has room for 500 likes of each account; the clock moves on as the acts do.
        now = NOON + timedelta(seconds=index * 6)
        account = crew[index % len(crew)]
        with database.writing() as db:
            reserved = ledger.reserve(
                db, account.wants(f"person_{index}"), settings=SETTINGS, now=now
            )
        assert isinstance(reserved, Reserved), reserved
        with database.writing() as db:
            ledger.settle(db, reserved.attempt_id, DONE, settings=SETTINGS, rng=rng, now=now)

    return act


def json_history(directory: Path, people: int) -> Callable[[int], None]:
    """The way of a script with one JSON file per account: load all, change one, write all."""
    path = directory / "interacted_users.json"
    known = {
        f"person_{index}": {"last_interaction": "2026-01-31 12:00:00.000000", "liked": 1}
        for index in range(people)
    }
    path.write_text(json.dumps(known, indent=4), encoding="utf-8")

    def act(index: int) -> None:
        history = json.loads(path.read_text(encoding="utf-8"))
        name = f"person_{index}"
        if name in history:
            history[name]["last_interaction"] = "2026-02-01 12:00:00.000000"
        path.write_text(json.dumps(history, indent=4), encoding="utf-8")

    return act


def check_ledger(database: Database, account: Account, people: int) -> Callable[[int], None]:
    def check(index: int) -> None:
        with database.reading() as db:
            handle = f"person_{index * 7919 % people}"
            ledger.is_engaged(db, account, handle, action="like", settings=SETTINGS, now=NOON)

    return check


def check_core(database: Database, account_id: int, people: int) -> Callable[[int], None]:
    """The same question as one statement on a connection that is never given back."""
    connection = database.reader.connect()
    statement = (
        select(Window.__table__.c.expires_at)
        .join(Target.__table__, Target.__table__.c.id == Window.__table__.c.target_id)
        .where(
            Window.__table__.c.network == "sandgram",
            Window.__table__.c.scope_key == f"account:{account_id}",
            Window.__table__.c.action == "like",
            Target.__table__.c.network == "sandgram",
            Target.__table__.c.handle == bindparam("handle"),
        )
    )

    def check(index: int) -> None:
        connection.execute(statement, {"handle": f"person_{index * 7919 % people}"}).first()

    return check


def bulk(database: Database, account: Account, people: int) -> Callable[[int], None]:
    names = [f"person_{index % (2 * people)}" for index in range(10_000)]

    def check(index: int) -> None:
        del index
        with database.reading() as db:
            ledger.check(db, account, "like", names, settings=SETTINGS, now=NOON)

    return check


def bulk_core(database: Database, account_id: int, people: int) -> Callable[[int], None]:
    connection = database.reader.connect()
    names = [f"person_{index % (2 * people)}" for index in range(10_000)]
    targets, windows = Target.__table__, Window.__table__
    statement = (
        select(targets.c.handle, windows.c.expires_at)
        .join(windows, windows.c.target_id == targets.c.id)
        .where(
            windows.c.network == "sandgram",
            windows.c.scope_key == f"account:{account_id}",
            windows.c.action == "like",
            targets.c.network == "sandgram",
            targets.c.handle.in_(bindparam("handles", expanding=True)),
        )
    )

    def check(index: int) -> None:
        del index
        connection.execute(statement, {"handles": names}).all()

    return check


def fill(database: Database, account_id: int, people: int) -> None:
    until = NOON + timedelta(days=30)
    with database.writing_core() as connection:
        connection.execute(
            Target.__table__.insert(),
            [
                {
                    "id": index + 1,
                    "network": "sandgram",
                    "network_id": f"id-person_{index}",
                    "handle": f"person_{index}",
                    "seen_at": NOON,
                }
                for index in range(people)
            ],
        )
        connection.execute(
            Window.__table__.insert(),
            [
                {
                    "network": "sandgram",
                    "scope_key": f"account:{account_id}",
                    "target_id": index + 1,
                    "action": "like",
                    "attempt_id": "filled",
                    "expires_at": until,
                }
                for index in range(people)
            ],
        )


def open_at(directory: Path, name: str) -> Database:
    database = Database(f"sqlite:///{directory / name}", lock_path=directory / f"{name}.lock")
    Record.metadata.create_all(database.writer)
    return database


def measure(directory: Path, *, times: int, rounds: int, people: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    commit = plain_commits(directory)
    database = open_at(directory, "acts.db")
    with database.writing() as db:
        crew = [engage(db, f"account_{number}", now=NOON) for number in range(ACCOUNTS)]
    act = pairs(database, crew)
    limits, acts = [], []
    for number in range(rounds):
        # Turn by turn, so that both meet the same neighbours.
        limits.append(per_second(commit, times=times * 2, rounds=1))
        first = number * times
        acts.append(
            per_second(lambda index, first=first: act(first + index), times=times, rounds=1)
        )
    figures["plain commits per second"] = statistics.median(limits)
    figures["intent + outcome per second"] = statistics.median(acts)
    figures["share of the limit of commits"] = statistics.median(
        2 * done / limit for done, limit in zip(acts, limits, strict=True)
    )

    known = open_at(directory, "known.db")
    with known.writing() as db:
        account = make_account(db, "ava", now=NOON)
    fill(known, account.id, people)
    figures["look-ups per second"] = per_second(
        check_ledger(known, account, people), times=times, rounds=rounds
    )
    figures["look-ups per second, held Core connection"] = per_second(
        check_core(known, account.id, people), times=times, rounds=rounds
    )
    figures["look-up, times a held Core connection"] = (
        figures["look-ups per second, held Core connection"] / figures["look-ups per second"]
    )
    figures["names per second in bulk"] = 10_000 * per_second(
        bulk(known, account, people), times=3, rounds=rounds
    )
    figures["names per second in bulk, Core IN"] = 10_000 * per_second(
        bulk_core(known, account.id, people), times=3, rounds=rounds
    )
    figures["bulk, times Core IN"] = (
        figures["names per second in bulk, Core IN"] / figures["names per second in bulk"]
    )
    figures["JSON file: seconds per interaction"] = 1 / per_second(
        json_history(directory, people), times=2, rounds=2
    )
    figures["one act, times faster than the JSON file"] = (
        figures["JSON file: seconds per interaction"] * figures["intent + outcome per second"]
    )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT) as directory:
        figures = measure(
            Path(directory), times=asked.times, rounds=asked.rounds, people=asked.people
        )
    for name, value in figures.items():
        print(f"{name:48} {value:14,.3f}")
    print(json.dumps({"benchmark": "ledger", "people": asked.people, **figures}))


if __name__ == "__main__":
    main()
