from __future__ import annotations

from datetime import timedelta

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs import service
from tests.retinue.foundation.jobs.handling import (
    NAMES,
    backlog,
    claim,
    fail,
    finish,
    schedule,
)


class TestSchedule:
    def test_a_schedule_is_due_again_after_each_run_and_a_gap_is_one_run(
        self, database: Database, clock: ManualClock
    ) -> None:
        start = clock.now()
        schedule(database, clock, every=60.0)
        [job] = claim(database, clock)
        finish(database, clock, job)
        assert claim(database, clock) == []
        clock.sleep(10 * 60 + 5)
        [job] = claim(database, clock)
        finish(database, clock, job)

        assert claim(database, clock) == []
        with database.reading() as db:
            assert service.next_due_at(db, NAMES) == start + timedelta(minutes=11)

    def test_it_is_never_parked(self, database: Database, clock: ManualClock) -> None:
        schedule(database, clock, every=60.0)
        for _ in range(8):
            [job] = claim(database, clock)
            fail(database, clock, job)
            clock.sleep(121)

        assert backlog(database, clock) == (1, 0, 0)

    def test_a_start_adds_no_second_row_and_runs_nothing_early(
        self, database: Database, clock: ManualClock
    ) -> None:
        for _ in range(3):
            schedule(database, clock, every=60.0)
            for job in claim(database, clock):
                finish(database, clock, job)
            clock.sleep(1)

        with database.reading() as db:
            waiting = service.next_due_at(db, NAMES)
        assert waiting == clock.now() + timedelta(seconds=57)

    def test_a_shorter_interval_takes_effect_at_the_next_start(
        self, database: Database, clock: ManualClock
    ) -> None:
        for every in (3600.0, 60.0):
            schedule(database, clock, every=every)
            [job] = claim(database, clock)
            finish(database, clock, job)
        clock.sleep(60)

        assert len(claim(database, clock)) == 1
