"""The copy of a SQLite database that is made before its schema changes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path


class SnapshotFailed(Exception):
    """The copy could not be made, so the upgrade was not begun. Nothing was changed."""


def before_upgrade(connection: sqlite3.Connection, *, file: str, folder: Path, head: str) -> None:
    """
    Write a whole and consistent copy, under a name that says which upgrade it came before.

    Call it outside a transaction. A database without a schema is not copied; a
    copy of an earlier try is replaced.

    Raises:
        SnapshotFailed
    """
    version = _version(connection)
    if version is None or file in {"", ":memory:"}:
        return
    copy = folder / f"before-{head}-from-{version}.db"
    draft = copy.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        # VACUUM INTO takes an empty file as well as a free name, and so the copy is private from its first byte.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection.execute("VACUUM INTO ?", (str(draft),))
        draft.replace(copy)
    except (OSError, sqlite3.Error) as error:
        message = (
            f"The database could not be copied to {copy} before its upgrade ({error}). Nothing was "
            "changed. Make room there, or give this user the right to write there, and start again."
        )
        raise SnapshotFailed(message) from error


def _version(connection: sqlite3.Connection) -> str | None:
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.execute(named).fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
