from __future__ import annotations

from datetime import timedelta

import pytest

from retinue.foundation import redaction
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs import service
from retinue.foundation.jobs.models import Job
from tests.retinue.foundation.jobs.handling import (
    backlog,
    claim,
    defer,
    fail,
    finish,
)


class TestDefer:
    def test_a_job_dies_with_its_transaction(self, database: Database, clock: ManualClock) -> None:
        with pytest.raises(RuntimeError), database.writing() as db:
            service.defer(db, "tests.work", {}, now=clock.now(), key="k")
            raise RuntimeError

        assert claim(database, clock) == []

    def test_one_row_waits_per_key_and_comes_forward(
        self, database: Database, clock: ManualClock
    ) -> None:
        later = clock.now() + timedelta(hours=1)
        defer(database, clock, key="k", due_at=later, payload={"n": 1})
        assert claim(database, clock) == []
        defer(database, clock, key="k", payload={"n": 2})
        defer(database, clock, key="k", due_at=later)

        assert [job.payload for job in claim(database, clock)] == [{"n": 1}]

    def test_work_deferred_while_the_same_is_running_is_not_lost(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock, key="k")
        [first] = claim(database, clock)
        defer(database, clock, key="k")
        defer(database, clock, key="k")
        assert finish(database, clock, first)

        assert len(claim(database, clock)) == 1


class TestClaim:
    def test_the_longest_due_comes_first_and_the_future_waits(
        self, database: Database, clock: ManualClock
    ) -> None:
        for minutes in (5, -1, -3, -2):
            due_at = clock.now() + timedelta(minutes=minutes)
            defer(database, clock, payload={"m": minutes}, due_at=due_at)

        assert [job.payload["m"] for job in claim(database, clock, limit=2)] == [-3, -2]
        assert [job.payload["m"] for job in claim(database, clock)] == [-1]

    def test_a_name_that_this_process_does_not_know_is_left_alone(
        self, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            service.defer(db, "tests.newer", {}, now=clock.now())

        assert claim(database, clock) == []

    def test_a_row_is_free_again_when_its_lease_has_run_out(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock)
        [first] = claim(database, clock)
        clock.sleep(service.LEASE.total_seconds() - 1)
        assert claim(database, clock) == []
        clock.sleep(2)
        [second] = claim(database, clock)

        assert (first.attempts, second.attempts) == (1, 2)
        assert second.fence > first.fence

    def test_a_renewed_lease_holds(self, database: Database, clock: ManualClock) -> None:
        defer(database, clock)
        held = claim(database, clock)
        for _ in range(4):
            clock.sleep(service.LEASE.total_seconds() * 2 / 3)
            with database.writing() as db:
                assert service.renew(db, held, now=clock.now()) == 1

        assert claim(database, clock) == []

    def test_whoever_lost_the_lease_cannot_end_the_job(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock)
        [slow] = claim(database, clock)
        clock.sleep(61)
        [quick] = claim(database, clock)

        assert not finish(database, clock, slow)
        assert not fail(database, clock, slow)
        assert finish(database, clock, quick)
        with database.writing() as db:
            assert service.renew(db, [slow, quick], now=clock.now()) == 0


class TestFail:
    def test_three_failures_park_the_job_in_sight(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock)
        for attempt in (1, 2, 3):
            [job] = claim(database, clock)
            assert job.attempts == attempt
            fail(database, clock, job, error="the disk is full")
            clock.sleep(60)

        assert claim(database, clock) == []
        assert backlog(database, clock) == (0, 0, 1)
        with database.reading() as db:
            [parked] = service.parked(db)
        assert (parked.attempts, parked.last_error) == (3, "the disk is full")

    def test_a_failed_job_waits_before_it_tries_again(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock)
        [job] = claim(database, clock)
        fail(database, clock, job)

        clock.sleep(9)
        assert claim(database, clock) == []
        clock.sleep(1)
        assert len(claim(database, clock)) == 1

    def test_the_error_is_kept_without_its_secrets(
        self, database: Database, clock: ManualClock
    ) -> None:
        redaction.know("canary-of-the-jobs")
        defer(database, clock)
        [job] = claim(database, clock)
        fail(
            database,
            clock,
            job,
            error="log-in with canary-of-the-jobs at http://me:pw@proxy failed",
        )
        clock.sleep(10)
        [again] = claim(database, clock)
        clock.sleep(61)
        with database.writing() as db:
            row = db.get_one(Job, again.id)
            assert row.last_error == "log-in with [redacted] at http://[redacted]@proxy failed"

    def test_the_key_waits_again_with_the_failed_row(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock, key="k")
        [job] = claim(database, clock)
        fail(database, clock, job)
        defer(database, clock, key="k")

        assert len(claim(database, clock)) == 1

    def test_newer_work_of_the_same_key_takes_the_place_of_the_failed_row(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock, key="k", payload={"n": 1})
        [job] = claim(database, clock)
        defer(database, clock, key="k", payload={"n": 2})
        fail(database, clock, job)
        clock.sleep(60)

        assert [j.payload for j in claim(database, clock)] == [{"n": 2}]


class TestSettleLost:
    def test_a_job_that_ends_its_process_three_times_is_parked(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock)
        for _ in range(3):
            assert len(claim(database, clock)) == 1
            clock.sleep(61)
        assert claim(database, clock) == []
        with database.writing() as db:
            assert service.settle_lost(db, now=clock.now()) == 1
            assert service.settle_lost(db, now=clock.now()) == 0

        with database.reading() as db:
            [parked] = service.parked(db)
        assert parked.last_error == "The process that ran it ended during attempt 3."


class TestPrune:
    def test_done_rows_go_after_a_week_and_parked_ones_stay(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock, payload={"ends": "well"})
        defer(database, clock, payload={"ends": "badly"})
        while jobs := claim(database, clock):
            for job in jobs:
                (finish if job.payload["ends"] == "well" else fail)(database, clock, job)
            clock.sleep(60)
        with database.writing() as db:
            assert service.prune(db, now=clock.now() + timedelta(days=6)) == 0
            assert service.prune(db, now=clock.now() + timedelta(days=8)) == 1

        assert backlog(database, clock) == (0, 0, 1)


class TestRevive:
    def test_a_parked_job_gets_its_attempts_back(
        self, database: Database, clock: ManualClock
    ) -> None:
        defer(database, clock)
        while jobs := claim(database, clock):
            fail(database, clock, jobs[0])
            clock.sleep(60)
        with database.writing() as db:
            [parked] = service.parked(db)
            service.revive(db, parked.id, now=clock.now())

        [job] = claim(database, clock)
        assert job.attempts == 1

    def test_a_job_that_is_not_parked_is_not_found(
        self, database: Database, clock: ManualClock
    ) -> None:
        with pytest.raises(service.JobNotFound, match="id 77"), database.writing() as db:
            service.revive(db, 77, now=clock.now())
