from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import StatementError

from retinue.foundation.database import Database, UtcDateTime

MOMENT = datetime(2026, 1, 31, 12, 0, 0, 42, tzinfo=UTC)


def through(database: Database, moment: datetime | None) -> datetime | None:
    """What comes back of a moment that the database was given."""
    with database.reading() as db:
        given = bindparam("moment", moment, type_=UtcDateTime())
        answer: datetime | None = db.connection().execute(select(given)).scalar_one()
        return answer


@pytest.mark.databases("sqlite")
class TestUtcDateTimeOnSqlite:
    def test_a_moment_comes_back_with_its_microseconds_in_utc(self, database: Database) -> None:
        seen = through(database, MOMENT)

        assert seen == MOMENT
        assert seen is not None
        assert seen.tzinfo is UTC

    def test_another_zone_is_turned_into_utc(self, database: Database) -> None:
        east = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30)))

        assert through(database, east) == MOMENT

    def test_nothing_stays_nothing(self, database: Database) -> None:
        assert through(database, None) is None

    def test_a_moment_without_a_zone_is_refused(self, database: Database) -> None:
        with pytest.raises(StatementError, match="naive"):
            through(database, MOMENT.replace(tzinfo=None))

    def test_it_is_kept_as_text_that_sorts_by_time(self, database: Database) -> None:
        with database.reading() as db:
            given = bindparam("moment", MOMENT.replace(microsecond=0), type_=UtcDateTime())
            kept = db.connection().execute(select(text("cast(:moment as text)").bindparams(given)))

            assert kept.scalar_one() == "2026-01-31 12:00:00.000000"
