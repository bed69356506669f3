from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.foundation.database.append_only import guards


def record(db: Session, now: datetime, subject: str = "1", **more: Any) -> int:
    entry = audit.record(
        db,
        actor="operator:anna",
        action="accounts.activated",
        subject=("account", subject),
        now=now,
        **more,
    )
    return entry.id


def tamper(database: Database, statement: str) -> None:
    """Past the guards, as somebody who owns the database would."""
    if database.backend == "postgresql":
        with database.writing() as db:
            db.execute(text("SET LOCAL session_replication_role = replica"))
            db.execute(text(statement))
        return
    with database.writing() as db:
        for verb in ("update", "delete"):
            db.execute(text(f"DROP TRIGGER audit_entries_no_{verb}"))
        db.execute(text(statement))
        for guard in guards("audit_entries", database.backend):
            db.execute(text(guard))


class TestRecord:
    def test_entries_are_numbered_without_gaps(self, db: Session, clock: Clock) -> None:
        assert [record(db, clock.now()) for _ in range(3)] == [1, 2, 3]

    def test_an_entry_dies_with_its_transaction_and_leaves_no_gap(
        self, database: Database, clock: Clock
    ) -> None:
        with pytest.raises(ZeroDivisionError), database.writing() as db:
            record(db, clock.now())
            _ = 1 / 0
        with database.writing() as db:
            assert record(db, clock.now()) == 1
            assert audit.verify(db) is None

    def test_what_no_engine_can_store_is_made_storable(
        self, database: Database, clock: Clock
    ) -> None:
        awkward = {
            "text": "a\x00b\ud800c",
            "when": clock.now(),
            "labels": {"b", "a"},
            "rate": 0.1,
            "é": "ü🙂",
        }
        with database.writing() as db:
            record(db, clock.now(), subject="x" * 500, reason="nul \x00", after=awkward)
        with database.reading() as db:
            (entry,) = audit.newest(db, AuditFilter())
            assert entry.after is not None
            assert entry.after["labels"] == ["a", "b"]
            assert audit.verify(db) is None

    @pytest.mark.parametrize(
        "verb", ["UPDATE audit_entries SET actor = 'me'", "DELETE FROM audit_entries"]
    )
    def test_the_database_refuses_to_change_an_entry(
        self, database: Database, clock: Clock, verb: str
    ) -> None:
        with database.writing() as db:
            record(db, clock.now())
        with pytest.raises(DBAPIError, match="never changed or removed"), database.writing() as db:
            db.execute(text(verb))

    def test_concurrent_writers_make_one_chain(self, database: Database, clock: Clock) -> None:
        failures: list[BaseException] = []

        def write() -> None:
            try:
                for _ in range(5):
                    with database.writing() as db:
                        record(db, clock.now())
            except BaseException as error:  # noqa: BLE001 - told to the test below
                failures.append(error)

        threads = [threading.Thread(target=write) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        with database.reading() as db:
            assert audit.verify(db) is None
            assert audit.newest(db, AuditFilter())[0].id == 30


class TestVerify:
    def test_a_log_without_entries_is_whole(self, db: Session) -> None:
        assert audit.verify(db) is None

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("UPDATE audit_entries SET actor = 'me' WHERE id = 3", 3),
            ("UPDATE audit_entries SET reason = 'because' WHERE id = 1", 1),
            ("DELETE FROM audit_entries WHERE id = 2", 2),
            ("DELETE FROM audit_entries WHERE id = 5", 5),
            ("DELETE FROM audit_entries WHERE id = 1", 1),
            ("UPDATE audit_head SET last_id = 4", 5),
        ],
    )
    def test_it_names_the_first_entry_that_was_changed_or_taken_out(
        self, database: Database, clock: Clock, statement: str, broken: int
    ) -> None:
        with database.writing() as db:
            for number in range(5):
                record(db, clock.now(), subject=str(number))
        tamper(database, statement)
        with database.reading() as db:
            assert audit.verify(db) == broken


class TestNewest:
    def test_the_newest_comes_first_and_filters_narrow(self, db: Session, clock: Clock) -> None:
        for subject in ("1", "2", "1"):
            record(db, clock.now(), subject=subject)
        assert [entry.id for entry in audit.newest(db, AuditFilter())] == [3, 2, 1]
        assert [entry.id for entry in audit.newest(db, AuditFilter(subject_id="1"))] == [3, 1]
        assert [entry.id for entry in audit.newest(db, AuditFilter(), before_id=3, limit=1)] == [2]
        assert audit.newest(db, AuditFilter(since=clock.now(), actor="nobody")) == []
