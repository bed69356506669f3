"""The two ways into the database: one transaction each, committed at the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from retinue.foundation.clock import Clock, SystemClock
from retinue.foundation.database import engines
from retinue.foundation.database.write_lock import WriteLock, WriteLockTimeout
from retinue.foundation.errors import Unavailable

_ON_COMMIT = "retinue.on_commit"
# MySQL family: deadlock and lock wait timeout. PostgreSQL: serialisation failure, deadlock, lock timeout.
_BUSY_CODES = {1205, 1213, "40001", "40P01", "55P03"}
# A server that is starting, stopping or not there.
_AWAY_STATES = {"08000", "08001", "08003", "08004", "08006", "57P01", "57P02", "57P03"}
_AWAY_CODES = {2002, 2003, 2006, 2013, 2055, 1053}
_AWAY_WORDS = ("connection failed", "connection is bad", "server closed", "the connection is lost")

# MySQL family: no room for a temporary file, a full table; and faults of a file, whatever the fault is.
_FULL_CODES = {1021, 1114}
_FILE_FAULTS = {3, 1026, 1030}


class DatabaseBusy(Unavailable):
    """Somebody else holds what this transaction needs. Nothing was changed; it may be tried again."""

    code = "database_busy"


class DatabaseFull(Unavailable):
    """There is no room for what was to be written. Nothing was changed; it goes on once there is."""

    code = "disk_full"


def on_commit(db: Session, action: Callable[[], None]) -> None:
    """Run `action` once the transaction of `db` is durable; forget it when it rolls back."""
    db.info.setdefault(_ON_COMMIT, []).append(action)


class Handle(Session):
    """
    A `Session` on a connection whose transaction somebody else has begun and will end.

    As long as only `connection()` is asked for, the ORM is not started at all: around each act
    its bookkeeping would cost more than the database. Nothing goes through it once it is closed.
    """

    def __init__(self, connection: Connection) -> None:
        self._core: Connection | None = connection
        self._lent = connection
        self._has_orm = False

    def __getattr__(self, name: str) -> Any:
        """What a `Session` keeps is there from the moment on at which something asks for it."""
        if self._has_orm:
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        self._has_orm = True
        super().__init__(self._lent, expire_on_commit=False, close_resets_only=False)
        if self._core is None:
            super().close()
        return getattr(self, name)

    def connection(self, *arguments: Any, **options: Any) -> Connection:
        # Once the ORM is at work, its own way there sees to the savepoints that it has promised.
        if self._core is None or (self._has_orm and self.in_transaction()):
            return super().connection(*arguments, **options)
        return self._core

    def finish(self) -> None:
        """Send what is pending; the transaction itself ends with its block."""
        if self._has_orm and self.in_transaction():
            self.commit()

    def abandon(self) -> None:
        if self._has_orm:
            self.rollback()

    def close(self) -> None:
        self._core = None
        if self._has_orm:
            super().close()


class Database:
    """
    `url` as SQLAlchemy takes it. For SQLite, `lock_path` is the file that serialises
    writers of all processes; without it only threads of this process are serialised by SQLite itself.
    """

    def __init__(
        self, url: str, *, lock_path: Path | None = None, clock: Clock | None = None
    ) -> None:
        self.url = make_url(url)
        self.backend = self.url.get_backend_name()
        self.writer = engines.open_writer(self.url)
        self.reader = engines.open_reader(self.url, self.writer)
        self._lock: WriteLock | None = None
        self._idle_writer: Connection | None = None
        if engines.is_sqlite(self.url) and lock_path is not None:
            self._lock = WriteLock(
                lock_path, clock=clock or SystemClock(), timeout=engines.BUSY_SECONDS
            )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """
        One transaction: committed when the block ends, rolled back when it raises.

        Keep it under 200 ms and never call out of the process inside it.
        Raises `DatabaseBusy` when the lock cannot be had within five seconds.
        """
        with self.writing_core() as connection:
            db = Handle(connection)
            try:
                yield db
                db.finish()
            except BaseException:
                db.abandon()
                raise
            finally:
                db.close()
        for action in db.info.get(_ON_COMMIT, ()):
            action()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view. Nothing can be written through it."""
        with self.reader.connect() as connection:
            connection.begin()  # Never committed: closing rolls back.
            db = Handle(connection)
            try:
                yield db
            finally:
                db.close()

    @contextmanager
    def writing_core(self) -> Iterator[Connection]:
        """`writing` without the ORM, for bulk work."""
        # In one piece: each block within a block would cost as much as a statement, twice for each act.
        try:
            if self._lock is not None:
                self._lock.acquire()
            try:
                connection = self._idle_writer or self.writer.connect()
                self._idle_writer = None
                try:
                    with connection.begin():
                        yield connection
                except BaseException:
                    connection.close()
                    raise
                if self._lock is None:
                    connection.close()
                else:
                    # Who holds the lock has it alone, so all of them use one connection;
                    # the pool costs as much as a commit.
                    self._idle_writer = connection
            finally:
                if self._lock is not None:
                    self._lock.release()
        except (WriteLockTimeout, DBAPIError) as error:
            told = _in_one_word(error)
            if told is None:
                raise
            raise told from error

    def data_version(self, connection: Connection) -> Any:
        """SQLite only: a number that changes when another connection has committed."""
        return connection.exec_driver_sql("PRAGMA data_version").scalar_one()

    def close(self) -> None:
        if self._idle_writer is not None:
            self._idle_writer.close()
            self._idle_writer = None
        self.reader.dispose()
        self.writer.dispose()
        if self._lock is not None:
            self._lock.close()

    def write_lock(self) -> AbstractContextManager[None]:
        """What every writer of a SQLite file holds; on a server the engine sees to it."""
        return self._lock.held() if self._lock is not None else nullcontext()


@contextmanager
def busy_in_one_word() -> Iterator[None]:
    """Whatever an engine calls a lock that could not be had leaves as `DatabaseBusy`."""
    try:
        yield
    except (WriteLockTimeout, DBAPIError) as error:
        told = _in_one_word(error)
        if told is None:
            raise
        raise told from error


def _in_one_word(error: WriteLockTimeout | DBAPIError) -> Unavailable | None:
    """None where it is about something else, and leaves as it is."""
    if isinstance(error, WriteLockTimeout) or is_busy(error):
        return _busy()
    return _full() if any(is_full(one) for one in _chain(error)) else None


def is_busy(error: DBAPIError) -> bool:
    if not isinstance(error, OperationalError) and not hasattr(error.orig, "sqlstate"):
        return False
    original = error.orig
    if "database is locked" in str(original):
        return True
    # MariaDB's own number says more than the state, which it gives as "HY000" for a timed-out lock.
    codes = {getattr(original, "sqlstate", None), *(original.args[:1] if original else ())}
    return not codes.isdisjoint(_BUSY_CODES)


def is_away(error: DBAPIError) -> bool:
    """Whether the server could not be reached, or went away in the middle. What was under way may be done or not."""
    if error.connection_invalidated:
        return True
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    original = error.orig
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return state in _AWAY_STATES
    code = original.args[0] if original and original.args else None
    return code in _AWAY_CODES or any(words in str(original) for words in _AWAY_WORDS)


def is_full(error: DBAPIError) -> bool:
    """Whether there is no room for what was to be written. It was not written."""
    original = error.orig
    if getattr(original, "sqlstate", None) == "53100" or "disk is full" in str(original):
        return True
    code = original.args[0] if original and original.args else None
    return code in _FULL_CODES or (code in _FILE_FAULTS and "No space left" in str(original))


def _chain(error: BaseException | None) -> Iterator[DBAPIError]:
    """A full SQLite rolls back by itself, and what is then said of a savepoint hides why."""
    while error is not None:
        if isinstance(error, DBAPIError):
            yield error
        error = error.__context__


def _full() -> DatabaseFull:
    return DatabaseFull(
        "There is no room left where the database lives. Nothing was changed; make room.",
        retry_after=60,
    )


def _busy() -> DatabaseBusy:
    return DatabaseBusy(
        "The database is busy: others hold what this needs. Nothing was changed; try again.",
        retry_after=1,
    )
