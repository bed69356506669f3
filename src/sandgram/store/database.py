"""The connection, the tables and the transaction."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    number INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE,
    password TEXT, status TEXT NOT NULL DEFAULT 'ok',
    name TEXT, bio TEXT, link TEXT, location TEXT, lang TEXT, avatar TEXT, banner TEXT
);
CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY, number INTEGER NOT NULL, created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_account ON tokens (number);
CREATE TABLE IF NOT EXISTS logins (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL, outcome TEXT NOT NULL,
    at TEXT NOT NULL, source TEXT NOT NULL, surface TEXT NOT NULL DEFAULT 'native'
);
CREATE TABLE IF NOT EXISTS pairs (
    digest TEXT PRIMARY KEY, ct0 TEXT NOT NULL, number INTEGER NOT NULL,
    at TEXT NOT NULL, until TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pairs_by_account ON pairs (number);
CREATE TABLE IF NOT EXISTS seed_pairs_ended (number INTEGER PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS steps (
    digest TEXT PRIMARY KEY, number INTEGER NOT NULL, at TEXT NOT NULL,
    wrong INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS steps_by_account ON steps (number, at);
CREATE TABLE IF NOT EXISTS challenges (
    ticket TEXT PRIMARY KEY, number INTEGER NOT NULL, at TEXT NOT NULL, passed_at TEXT,
    puzzle INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS challenges_by_account ON challenges (number, at);
CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, uid INTEGER,
    due TEXT NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL, message BLOB NOT NULL,
    is_seen INTEGER NOT NULL DEFAULT 0, UNIQUE (number, uid)
);
CREATE INDEX IF NOT EXISTS mails_by_account ON mails (number, due);
CREATE TABLE IF NOT EXISTS codes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, kind TEXT NOT NULL,
    code TEXT NOT NULL, at TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS codes_by_account ON codes (number, kind, seq);
CREATE TABLE IF NOT EXISTS x_tokens (
    digest TEXT PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL, family TEXT NOT NULL,
    scope TEXT NOT NULL, until TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS x_tokens_by_family ON x_tokens (family);
CREATE TABLE IF NOT EXISTS renames (person_id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS follows (
    number INTEGER NOT NULL, person_id TEXT NOT NULL, at TEXT NOT NULL,
    seq INTEGER NOT NULL UNIQUE, PRIMARY KEY (number, person_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS follows_by_person ON follows (person_id, seq);
CREATE TABLE IF NOT EXISTS likes (
    number INTEGER NOT NULL, post_id TEXT NOT NULL, at TEXT NOT NULL,
    seq INTEGER NOT NULL, PRIMARY KEY (number, post_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS likes_by_post ON likes (post_id, seq);
CREATE TABLE IF NOT EXISTS comments (
    seq INTEGER PRIMARY KEY, number INTEGER NOT NULL, post_id TEXT NOT NULL,
    text TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS comments_by_post ON comments (post_id, seq);
CREATE INDEX IF NOT EXISTS comments_by_account ON comments (number, seq);
CREATE TABLE IF NOT EXISTS published (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, number INTEGER NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, media TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS published_by_account ON published (number, kind, seq);
CREATE TABLE IF NOT EXISTS tags (
    tag TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (tag, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, content_type TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, action TEXT NOT NULL,
    object_kind TEXT NOT NULL, object_id TEXT NOT NULL, person_id TEXT NOT NULL,
    handle TEXT NOT NULL, at TEXT NOT NULL, source TEXT NOT NULL, request_id TEXT, details TEXT
);
CREATE INDEX IF NOT EXISTS effects_by_account ON effects (account, action, seq);
CREATE INDEX IF NOT EXISTS effects_by_person ON effects (person_id, action, account);
CREATE TABLE IF NOT EXISTS repeats (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, action TEXT NOT NULL,
    object_kind TEXT NOT NULL, object_id TEXT NOT NULL, person_id TEXT NOT NULL,
    handle TEXT NOT NULL, at TEXT NOT NULL, source TEXT NOT NULL, request_id TEXT, details TEXT
);
CREATE TRIGGER IF NOT EXISTS effects_stay BEFORE UPDATE ON effects
    BEGIN SELECT RAISE(ABORT, 'effects are append-only'); END;
CREATE TRIGGER IF NOT EXISTS effects_last BEFORE DELETE ON effects
    BEGIN SELECT RAISE(ABORT, 'effects are append-only'); END;
"""

_TABLES = (
    "accounts", "tokens", "logins", "pairs", "seed_pairs_ended", "steps", "challenges", "mails",
    "codes", "x_tokens", "renames", "follows", "likes", "comments",
    "published", "tags", "media", "effects", "repeats",
)  # fmt: skip


class Database:
    """
    One connection, one thread at a time.

    Statements take microseconds, so a lock costs less than a pool, and SQLite
    has one writer anyway.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        path = directory / "sandgram.sqlite3"
        # Sessions and codes are inside: the file is for its owner only.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(SCHEMA)
        self._add_what_older_files_lack()

    def _add_what_older_files_lack(self) -> None:
        for table in ("effects", "repeats"):
            columns = {row["name"] for row in self.rows(f"PRAGMA table_info({table})")}
            if "details" not in columns:
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN details TEXT")
        if "surface" not in {row["name"] for row in self.rows("PRAGMA table_info(logins)")}:
            self._connection.execute(
                "ALTER TABLE logins ADD COLUMN surface TEXT NOT NULL DEFAULT 'native'"
            )

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return found

    def count(self, statement: str, values: Sequence[Any] = ()) -> int:
        found = self.row(statement, values)
        return int(found[0]) if found else 0

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run one write; answers how many rows it changed."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def insert(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run one insert; answers the number the row was given."""
        with self._lock:
            return int(self._connection.execute(statement, values).lastrowid or 0)

    def meta(self, key: str) -> str | None:
        found = self.row("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        self.change(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def forget_everything(self) -> None:
        """Back to an untouched world. The only way in which effects ever go."""
        with self._lock:
            for table in _TABLES:
                self._connection.execute(f"DROP TABLE IF EXISTS {table}")
            self._connection.executescript(SCHEMA)
