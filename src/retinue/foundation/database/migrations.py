"""
The schema's one line of history, and how a database is brought to its head.

On SQLite and PostgreSQL an upgrade is one transaction: a kill leaves the old
schema or the new one. MariaDB and MySQL commit every DDL statement by
themselves, so there each statement can be repeated and the next upgrade
completes from any point.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

import retinue
from retinue.foundation.database import engines, snapshots
from retinue.foundation.database.handle import Database, DatabaseBusy, busy_in_one_word

# Another process that upgrades the same database may take this long before we give up.
_PATIENCE_SECONDS = 60
_SAID = re.compile(
    r'^(revision|down_revision)\b[^=\n]*=\s*(?:None|["\']([^"\']+)["\'])', re.MULTILINE
)


class SchemaTooNew(Exception):
    """The database was written by a newer Retinue."""


class ReferencesBroken(Exception):
    """An upgrade would have left rows that refer to nothing. It was rolled back."""


def upgrade(database: Database, *, data_dir: Path | None = None, to: str = "head") -> bool:
    """
    Bring the schema to `to`; say whether anything was done. Safe to repeat, to race and to kill.

    A SQLite file that has a schema already is copied to `data_dir/backups` first,
    which is `backups` beside the file unless given.

    Raises:
        SchemaTooNew: this program does not know the schema's version.
        snapshots.SnapshotFailed: there is no room for the copy, or no right to make it.
        DatabaseBusy: somebody else is at it for too long.
    """
    goal = head() if to == "head" else to
    _refuse_newer(current(database))
    if current(database) == goal:
        return False
    with busy_in_one_word(), database.write_lock(), _upgrader(database) as connection:
        _copy_first(connection, database, data_dir=data_dir)
        with connection.begin():
            _wait_for_others(connection)
            # Whoever was before us may have done the work, or may be a newer program.
            version = _version(connection)
            _refuse_newer(version)
            if version == goal:
                return False
            _run(connection, goal)
            _refuse_broken_references(connection)
    return True


def current(database: Database) -> str | None:
    """The schema's revision, None for an empty database."""
    with database.reader.connect() as connection:
        return _version(connection)


@cache
def head() -> str:
    before = set(_revisions().values())
    (last,) = (one for one in _revisions() if one not in before)
    return last


def _refuse_newer(version: str | None) -> None:
    if version is None or version in _revisions():
        return
    message = (
        f"The database has schema {version}, which this version of Retinue ({retinue.__version__}) "
        "does not know. Start the newer version again, or restore the backup made before its upgrade."
    )
    raise SchemaTooNew(message)


@contextmanager
def _upgrader(database: Database) -> Iterator[Connection]:
    engine = engines.open_upgrader(database.url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _copy_first(connection: Connection, database: Database, *, data_dir: Path | None) -> None:
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        file = database.url.database or ""
        folder = (data_dir or Path(file).resolve().parent) / "backups"
        snapshots.before_upgrade(raw, file=file, folder=folder, head=head())


def _wait_for_others(connection: Connection) -> None:
    """One upgrade at a time. SQLite has its answer already: the transaction began as a writer."""
    backend = connection.dialect.name
    if backend == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('retinue schema'))"))
    elif backend in {"mysql", "mariadb"}:
        connection.execute(text(f"SET lock_wait_timeout = {_PATIENCE_SECONDS}"))
        # The lock belongs to the connection, which ends with the upgrade. Its name is the server's,
        # not the database's, and may have 64 characters.
        place = hashlib.sha256(str(connection.engine.url.database).encode()).hexdigest()[:40]
        answer = connection.execute(
            text("SELECT GET_LOCK(:name, :seconds)"),
            {"name": f"retinue-schema-{place}", "seconds": _PATIENCE_SECONDS},
        )
        if answer.scalar_one() != 1:
            message = (
                "Another process has been upgrading this database for a minute. "
                "Nothing was changed; look at that process, then start again."
            )
            raise DatabaseBusy(message, retry_after=_PATIENCE_SECONDS)


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        message = (
            f"The upgrade would leave {len(broken)} rows in {tables} that refer to nothing. "
            "It was rolled back; the database is as it was."
        )
        raise ReferencesBroken(message)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def _revisions() -> dict[str, str | None]:
    """Each revision with the one before it, read from the scripts without running them."""
    found = {}
    for script in (_location() / "versions").glob("*.py"):
        said = dict(_SAID.findall(script.read_text(encoding="utf-8")))
        found[said["revision"]] = said["down_revision"] or None
    return found


def _run(connection: Connection, goal: str) -> None:
    # It takes 8 MB and a tenth of a start, and nearly every start finds nothing to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_location()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, goal)


def _location() -> Path:
    """Inside the installed package, or at the root of a checkout."""
    package = Path(retinue.__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"
