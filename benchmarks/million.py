"""A ledger with a million events, made by a few statements of plain SQL in seconds."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retinue.foundation.database import Database, migrations
from tests.factories.engaging import make_account

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ACCOUNTS = 50
EVENTS_PER_SESSION = 500
DAYS = 60

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
# A multiplication scatters what would otherwise stand in order; both factors are prime to the counts.
_PERSON = "(1 + (i * 7919) % :people)"
_DICE = "((i * 104729) % 1000)"
_OTHER_DICE = "((i * 15485863 / 997) % 1000)"

PEOPLE = (
    _NUMBERS + "INSERT INTO targets (id, network, network_id, handle, seen_at)"
    " SELECT i, 'sandgram', 'id-' || i, 'person_' || i, :noon FROM n"
)
EVENTS = (
    _NUMBERS + "INSERT INTO interaction_events"
    " (id, platform, account_id, target_id, target_username, action, status, session_id,"
    " latency_ms, ts, metadata)"
    f" SELECT i, 'sandgram', 1 + (i / {EVENTS_PER_SESSION}) % :accounts, {_PERSON},"
    f" 'person_' || {_PERSON},"
    f" CASE WHEN {_DICE} < 600 THEN 'like' WHEN {_DICE} < 790 THEN 'view'"
    f"  WHEN {_DICE} < 940 THEN 'follow' WHEN {_DICE} < 990 THEN 'comment' ELSE 'visit' END,"
    f" CASE WHEN {_OTHER_DICE} < 850 THEN 'success' WHEN {_OTHER_DICE} < 930 THEN 'dedupe_hit'"
    f"  WHEN {_OTHER_DICE} < 980 THEN 'skipped' WHEN {_OTHER_DICE} < 995 THEN 'failed'"
    f"  WHEN {_OTHER_DICE} < 999 THEN 'unknown' ELSE 'retry' END,"
    f" printf('session-%06d', i / {EVENTS_PER_SESSION}), 100 + i % 400,"
    f" strftime('%Y-%m-%d %H:%M:%f000', :noon, '-' || ((:most - i) * {DAYS * 86400}.0 / :most) || ' seconds'),"
    ' \'{"source": "blogger-followers:harbour_lights"}\' FROM n'
)
WINDOWS = (
    _NUMBERS + "INSERT INTO windows (network, scope_key, target_id, action, attempt_id, expires_at)"
    " SELECT 'sandgram', :scope, i, 'like', 'filled',"
    " strftime('%Y-%m-%d %H:%M:%f000', :noon, '+' || (i % 30 + 1) || ' days') FROM n"
    " WHERE true ON CONFLICT DO NOTHING"
)


def fill(directory: Path, *, events: int, people: int, name: str = "million.db") -> Database:
    """Every second person is out of reach of account 1 and of the fleet."""
    path = directory / name
    database = Database(f"sqlite:///{path}", lock_path=directory / "write.lock")
    migrations.upgrade(database)
    with database.writing() as db:
        for number in range(ACCOUNTS):
            make_account(db, f"account_{number}", now=NOON - timedelta(days=DAYS))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    given = {"noon": NOON.strftime("%Y-%m-%d %H:%M:%S.000000"), "people": people}
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(PEOPLE, {**given, "most": people})
    connection.execute(EVENTS, {**given, "most": events, "accounts": ACCOUNTS})
    for scope in ("account:1", "fleet"):
        connection.execute(WINDOWS, {**given, "most": people // 2, "scope": scope})
    connection.execute("COMMIT")
    connection.close()
    return database
