"""The fixtures that every other test rests on."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from retinue.foundation.database import Database, migrations


class TestDatabase:
    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_a_test_never_sees_the_rows_of_another(self, database: Database, turn: int) -> None:
        with database.writing() as db:
            assert db.execute(text("SELECT count(*) FROM event_counter")).scalar_one() == 0
            db.execute(text("INSERT INTO event_counter (id, last, oldest) VALUES (1, 5, 1)"))

    def test_it_is_migrated(self, database: Database) -> None:
        assert migrations.current(database) == migrations.head()

    def test_a_clean_one_costs_little(self, request: pytest.FixtureRequest, database_engine: str) -> None:
        """The first use of an engine pays for the server; this is about the fixture's teardown and set-up."""
        started = time.monotonic()
        request.getfixturevalue("database")
        assert time.monotonic() - started < 30


class TestDb:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_what_it_writes_is_rolled_back(self, db: Session, turn: int) -> None:
        assert db.execute(text("SELECT count(*) FROM event_counter")).scalar_one() == 0
        db.execute(text("INSERT INTO event_counter (id, last, oldest) VALUES (1, 5, 1)"))
