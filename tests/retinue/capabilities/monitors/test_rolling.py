from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from statistics import mean

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import Bucket
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.gauging import fill, watch

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def values(number: int) -> list[int | None]:
    chance = random.Random(11)
    return [None if chance.random() < 0.2 else chance.randint(0, 1000) for _ in range(number)]


def expected(
    read: list[tuple[datetime, int | None]], span: timedelta
) -> dict[datetime, tuple[int, int, int, int, int]]:
    found: dict[datetime, list[int]] = {}
    for at, value in read:
        start = datetime.fromtimestamp(
            at.timestamp() // span.total_seconds() * span.total_seconds(), UTC
        )
        if value is not None:
            found.setdefault(start, []).append(value)
    return {start: (min(its), max(its), its[0], its[-1], len(its)) for start, its in found.items()}


class TestRollUp:
    def test_sums_equal_the_rows_before_and_after_these_are_gone(
        self, database: Database, clock: ManualClock
    ) -> None:
        clock.set(START)
        read_values = values(150)
        step = timedelta(minutes=23)
        with database.writing() as db:
            one = watch(db, "otter", now=START)
            fill(db, one, read_values, start=START, step=step)
        read = [(START + number * step, value) for number, value in enumerate(read_values)]

        def look() -> None:
            with database.reading() as db:
                row = monitors.get(db, one)
                for bucket, span in ((Bucket.hour, 3600), (Bucket.day, 86_400)):
                    sums = {
                        each.start: (each.min, each.max, each.first, each.last, each.count)
                        for each in monitors.rolled(db, row, bucket, metric="follower_count")
                    }
                    assert sums == expected(read, timedelta(seconds=span))

        look()
        # Half of the days are old by now.
        clock.advance(timedelta(days=8, hours=13))
        gone = monitors.roll_up(database, clock=clock)
        assert gone > 0
        look()
        clock.advance(timedelta(days=9))
        monitors.roll_up(database, clock=clock)
        look()
        assert monitors.roll_up(database, clock=clock) == 0
        with database.reading() as db:
            rows = monitors.history_of(db, one, now=clock.now()).rows
        hours = [row.recorded_at.replace(minute=0, second=0) for row in rows]
        assert len(set(hours)) == len(hours)
        last = {}
        for at, value in read:
            last[at.replace(minute=0)] = value
        assert [row.follower_count for row in reversed(rows)] == list(last.values())

    def test_after_the_days_of_hours_one_reading_a_day_is_left(
        self, database: Database, clock: ManualClock
    ) -> None:
        clock.set(START)
        with database.writing() as db:
            one = watch(db, "otter", now=START)
            fill(db, one, list(range(100)), start=START, step=timedelta(hours=1))
        clock.advance(timedelta(days=120))
        monitors.roll_up(database, clock=clock)
        with database.reading() as db:
            row = monitors.get(db, one)
            kept = [
                each.follower_count for each in monitors.history_of(db, one, now=clock.now()).rows
            ]
            days = monitors.rolled(db, row, Bucket.day, metric="follower_count")
            assert monitors.rolled(db, row, Bucket.hour) == []
        assert kept == [99, 83, 59, 35, 11]
        assert [(each.min, each.max, each.count) for each in days] == [
            (0, 11, 12),
            (12, 35, 24),
            (36, 59, 24),
            (60, 83, 24),
            (84, 99, 16),
        ]
        assert mean(each.last for each in days) == mean(kept)
