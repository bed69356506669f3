"""
How each engine is opened so that a commit means the same on all of them: on disk, isolated, in UTF-8.

Python's SQLite driver opens transactions late and as readers, which loses
updates without an error. So the driver's own transactions are off and every
transaction begins in plain sight, writers with `BEGIN IMMEDIATE`.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 5.0
_POOL_SIZE = 10
_POOL_OVERFLOW = 30
_MODE_PAUSE = 0.01


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def open_writer(url: URL) -> Engine:
    if is_sqlite(url):
        return _open_sqlite(url, begin="BEGIN IMMEDIATE", read_only=False)
    return _open_server(url)


def open_reader(url: URL, writer: Engine) -> Engine:
    """A way in that cannot write."""
    if is_sqlite(url):
        return _open_sqlite(url, begin="BEGIN", read_only=True)
    if url.get_backend_name() == "postgresql":
        return writer.execution_options(postgresql_readonly=True)
    return writer


def open_upgrader(url: URL) -> Engine:
    """
    For changes of the schema: one connection at a time, nothing pooled.

    SQLite changes a table by copying and dropping it; with foreign keys on, the
    drop would take the rows that refer to it along. The caller checks them at the end.
    """
    if is_sqlite(url):
        engine = _open_sqlite(url, begin="BEGIN IMMEDIATE", read_only=False, pooled=False)

        @event.listens_for(engine, "connect")
        def let_tables_be_copied(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA foreign_keys = OFF")

        return engine
    return _open_server(url, pooled=False)


def _open_sqlite(url: URL, *, begin: str, read_only: bool, pooled: bool = True) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
        **_pool(pooled=pooled),
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        _enter_wal(connection)
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_in_sight(connection: Connection) -> None:
        # Straight to the driver: SQLAlchemy's way there costs more than the statement, twice for each act.
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute(begin)
        except sqlite3.OperationalError as error:
            raise OperationalError(begin, None, error) from error

    return engine


_PRAGMAS = (
    # A commit that can be lost in a power cut would let an engagement happen twice.
    "synchronous = FULL",
    # An act writes about thirty pages, many of them the same as the act before it: written back
    # every 16 MB of them, a page costs a quarter. What is durable is the same.
    "wal_autocheckpoint = 4000",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -8000",
)


def _enter_wal(connection: sqlite3.Connection) -> None:
    """
    Readers go on while one writes.

    Of several that open a new file at the same time one changes its mode, and SQLite refuses the others
    at once instead of letting them wait: each of them holds what the one needs.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_MODE_PAUSE)
        else:
            return


def _pool(*, pooled: bool) -> dict[str, Any]:
    if not pooled:
        return {"poolclass": NullPool}
    return {"pool_size": _POOL_SIZE, "max_overflow": _POOL_OVERFLOW}


def _open_server(url: URL, *, pooled: bool = True) -> Engine:
    options: dict[str, Any] = {**_pool(pooled=pooled), "isolation_level": "READ COMMITTED"}
    if pooled:
        options |= {"pool_pre_ping": True, "pool_recycle": 1800}
    if url.get_backend_name() in {"mysql", "mariadb"}:
        options["connect_args"] = {
            "charset": "utf8mb4",
            "init_command": "SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
            f" innodb_lock_wait_timeout = {int(BUSY_SECONDS)}",
            "ssl_disabled": _needs_no_tls(url),
        }
    else:
        options["connect_args"] = {
            "options": f"-c timezone=UTC -c lock_timeout={int(BUSY_SECONDS * 1000)}"
        }
    return create_engine(url, hide_parameters=True, **options)


def _needs_no_tls(url: URL) -> bool:
    """
    What stays on this machine is read by nobody on the way; PyMySQL would read all authorities that
    the system trusts for each connection, 45 ms of computing, to check nobody by them.
    """
    is_told = any(name.startswith("ssl") for name in url.query)
    return not is_told and (url.host or "localhost") in {"localhost", "127.0.0.1", "::1"}
