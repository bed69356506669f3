from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError

from retinue.foundation.database import Database, DatabaseBusy, on_commit
from retinue.foundation.database.handle import is_full
from retinue.foundation.events import service as events
from retinue.foundation.leases import service as leases
from tests.fixtures.databases import open_database

HOUR = timedelta(hours=1)


class TestOpening:
    def test_of_many_that_open_a_new_file_at_once_nobody_is_refused(self, tmp_path: Path) -> None:
        """One of them changes the file's mode, and SQLite lets nobody wait for that."""
        for number in range(20):
            opened = [open_database(f"sqlite:///{tmp_path}/{number}.db") for _ in range(8)]
            together = threading.Barrier(len(opened))

            def look(database: Database, together: threading.Barrier = together) -> str:
                together.wait()
                with database.reading() as db:
                    return str(db.execute(text("PRAGMA journal_mode")).scalar_one())

            with ThreadPoolExecutor(len(opened)) as pool:
                assert list(pool.map(look, opened)) == ["wal"] * len(opened)
            for one in opened:
                one.close()


class TestWriting:
    def test_what_it_wrote_is_there_afterwards(self, database: Database, noon: datetime) -> None:
        with database.writing() as db:
            leases.acquire(db, "k", holder="me", ttl=HOUR, now=noon)

        with database.reading() as db:
            assert leases.holder_of(db, "k", now=noon) is not None

    def test_an_error_leaves_nothing_behind(self, database: Database, noon: datetime) -> None:
        with pytest.raises(RuntimeError), database.writing() as db:
            leases.acquire(db, "k", holder="me", ttl=HOUR, now=noon)
            raise RuntimeError

        with database.reading() as db:
            assert leases.holder_of(db, "k", now=noon) is None

    def test_read_and_write_in_one_transaction_loses_no_update(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            db.execute(text("INSERT INTO event_counter (id, last, oldest) VALUES (7, 0, 0)"))
        read = "SELECT last FROM event_counter WHERE id = 7"
        locking = "" if database.backend == "sqlite" else " FOR UPDATE"

        def count_up(_: int) -> None:
            with database.writing() as db:
                last = db.execute(text(read + locking)).scalar_one()
                db.execute(
                    text("UPDATE event_counter SET last = :last WHERE id = 7"), {"last": last + 1}
                )

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(count_up, range(60)))

        with database.reading() as db:
            assert db.execute(text(read)).scalar_one() == 60

    def test_what_waits_for_the_commit_is_done_after_it(
        self, database: Database, noon: datetime
    ) -> None:
        seen: list[bool] = []

        def look() -> None:
            with database.reading() as db:
                seen.append(leases.holder_of(db, "k", now=noon) is not None)

        with database.writing() as db:
            leases.acquire(db, "k", holder="me", ttl=HOUR, now=noon)
            on_commit(db, look)
            assert seen == []

        assert seen == [True]

    def test_what_waits_for_the_commit_dies_with_a_rollback(self, database: Database) -> None:
        seen: list[str] = []

        with pytest.raises(RuntimeError), database.writing() as db:
            on_commit(db, lambda: seen.append("done"))
            raise RuntimeError

        assert seen == []

    @pytest.mark.databases("sqlite")
    def test_a_lock_that_a_stranger_holds_ends_as_busy_and_not_as_an_error(
        self, database: Database, noon: datetime
    ) -> None:
        stranger = sqlite3.connect(str(database.url.database), isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")

        with pytest.raises(DatabaseBusy) as refused, database.writing() as db:
            events.publish(db, "error", {}, now=noon)

        stranger.rollback()
        stranger.close()
        assert refused.value.retry_after is not None
        with database.writing() as db:
            events.publish(db, "error", {}, now=noon)

    @pytest.mark.databases("mariadb", "postgresql")
    def test_a_row_that_another_holds_ends_as_busy_and_not_as_an_error(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            leases.acquire(db, "k", holder="me", ttl=HOUR, now=noon)
        with database.writing() as other:
            other.execute(text("UPDATE leases SET fence = fence"))
            with pytest.raises(DatabaseBusy), database.writing() as db:
                is_maria = database.backend != "postgresql"
                wait = "innodb_lock_wait_timeout = 1" if is_maria else "lock_timeout = 200"
                db.execute(text(f"SET {wait}"))
                db.execute(text("UPDATE leases SET fence = fence"))

    @pytest.mark.databases("sqlite")
    def test_what_a_savepoint_gives_up_is_gone_though_it_went_past_the_orm(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            leases.acquire(db, "kept", holder="me", ttl=HOUR, now=noon)
            with pytest.raises(RuntimeError), db.begin_nested():
                db.connection().execute(text("DELETE FROM leases"))
                raise RuntimeError

        with database.reading() as db:
            assert leases.holder_of(db, "kept", now=noon) is not None

    def test_nothing_goes_through_it_once_it_has_ended(self, database: Database) -> None:
        with database.writing() as db:
            db.connection().execute(text("SELECT 1"))

        with pytest.raises(InvalidRequestError):
            db.execute(text("SELECT 1"))
        with pytest.raises(InvalidRequestError):
            db.connection()

    def test_an_error_costs_the_next_writer_nothing(
        self, database: Database, noon: datetime
    ) -> None:
        with pytest.raises(KeyboardInterrupt), database.writing_core():
            raise KeyboardInterrupt
        with pytest.raises(DBAPIError), database.writing() as db:
            db.connection().execute(text("SELECT nothing FROM nowhere"))

        with database.writing() as db:
            leases.acquire(db, "k", holder="me", ttl=HOUR, now=noon)
        with database.reading() as db:
            assert leases.holder_of(db, "k", now=noon) is not None

    def test_readers_go_on_while_one_writes(self, database: Database, noon: datetime) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def write_slowly() -> None:
            with database.writing() as db:
                leases.acquire(db, "k", holder="me", ttl=HOUR, now=noon)
                begun.set()
                go_on.wait(10)

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write_slowly)
            assert begun.wait(10)
            with database.reading() as db:
                assert leases.holder_of(db, "k", now=noon) is None
            go_on.set()
            writing.result(10)


class TestReading:
    @pytest.mark.databases("sqlite", "postgresql")
    def test_nothing_can_be_written_through_it(self, database: Database) -> None:
        with database.reading() as db, pytest.raises(DBAPIError):
            db.execute(text("DELETE FROM leases"))


class TestIsFull:
    @pytest.mark.parametrize(
        ("number", "said", "is_one"),
        [
            (1021, "Disk full (/tmp/x); waiting for someone to free some space", True),
            (1114, "The table 'events' is full", True),
            (1030, 'Got error 28 "No space left on device" from storage engine InnoDB', True),
            (1026, 'Error writing file "x" (Errcode: 28 "No space left on device")', True),
            (1030, 'Got error 168 "Unknown error" from storage engine InnoDB', False),
            (1062, "Duplicate entry 'No space left on device' for key 'name'", False),
        ],
    )
    def test_mariadb_says_it_in_several_ways(self, number: int, said: str, is_one: bool) -> None:
        error = OperationalError("INSERT", {}, Exception(number, said))
        assert is_full(error) is is_one
