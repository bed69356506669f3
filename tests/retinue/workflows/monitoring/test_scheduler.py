from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from retinue.capabilities.alerts.models import AlertKind
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import MonitorStatus
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from tests.factories.staging import until
from tests.retinue.workflows.monitoring.reading import (
    Numbers,
    all_monitors,
    another,
    raised,
    rows,
    rows_each,
    scheduler_of,
    set_settings,
    set_status,
    told,
    watch,
)

HALF_HOUR = timedelta(minutes=30)


@contextmanager
def at_work(*schedulers: Scheduler) -> Iterator[threading.Event]:
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in schedulers]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()


class TestRounds:
    def test_what_is_due_is_read_once_written_and_told(
        self, scheduler: Scheduler, source: Numbers, database: Database, noon: datetime
    ) -> None:
        watch(database, 30, due_at=noon)
        assert scheduler.step() == 30

        assert rows(database) == 30
        assert set(source.asked.values()) == {1}
        assert sorted(n for one in told(database) for n in one["read"]) == list(range(1, 31))
        monitor = all_monitors(database)[0]
        assert (monitor.latest or {})["follower_count"] == 100
        assert (monitor.latest or {})["following_count"] is None
        assert monitor.subject_id == "id-p0"
        assert noon < monitor.due_at <= noon + 1.5 * HALF_HOUR
        assert scheduler.step() == 0

    def test_each_comes_again_once_in_its_interval(
        self, scheduler: Scheduler, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 10, due_at=clock.now(), interval=30)
        scheduler.step()
        for _ in range(120):
            clock.advance(timedelta(seconds=5))
            scheduler.step()
        # Ten minutes are twenty rounds; the first one is before the place on the grid.
        assert {n - 21 for n in rows_each(database).values()} <= {-1, 0}

    def test_what_it_costs_is_counted(
        self, scheduler: Scheduler, database: Database, noon: datetime
    ) -> None:
        watch(database, 5, due_at=noon)
        scheduler.step()
        with database.reading() as db:
            assert monitors.budget(db, now=noon).by_source == {"tikhub": (5, Decimal("0.010000"))}

    def test_it_works_by_itself_and_gives_back_what_it_has_not_begun(
        self, runtime: Runtime, source: Numbers, database: Database, noon: datetime
    ) -> None:
        set_settings(runtime, places=2)
        source.seconds = 0.2
        watch(database, 40, due_at=noon)
        with at_work(scheduler_of(runtime, source)):
            assert source.begun.wait(10)

        asked, written = sum(source.asked.values()), rows(database)
        assert asked == written < 40
        left = [one for one in all_monitors(database) if one.last_run_at is None]
        assert len(left) == 40 - written
        assert {one.claimed_by for one in left} == {None}
        assert {one.due_at for one in left} == {noon}


class TestPause:
    def test_it_takes_effect_before_the_next_call(
        self, runtime: Runtime, source: Numbers, database: Database, noon: datetime
    ) -> None:
        set_settings(runtime, places=1)
        source.seconds = 0.3
        watch(database, 10, due_at=noon)
        with at_work(scheduler_of(runtime, source)):
            assert source.begun.wait(10)
            set_status(database, MonitorStatus.paused)
            until(lambda: all(one.claimed_by is None for one in all_monitors(database)), "all back")

        assert sum(source.asked.values()) <= 2
        assert rows(database) == sum(source.asked.values())
        assert {one.status for one in all_monitors(database)} == {MonitorStatus.paused}

    def test_a_stopped_one_keeps_nothing_of_what_was_on_its_way(
        self, runtime: Runtime, source: Numbers, database: Database, noon: datetime
    ) -> None:
        source.seconds = 0.5
        watch(database, 1, due_at=noon)
        with at_work(scheduler_of(runtime, source)):
            assert source.begun.wait(10)
            with database.writing() as db:
                monitors.stop_many(db, [1], actor="a test", now=noon)
        assert rows(database) == 0


class TestAnomalies:
    def test_a_leap_is_told_once_it_is_confirmed(
        self, runtime: Runtime, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        scheduler = scheduler_of(runtime, source)
        watch(database, 1, due_at=clock.now(), interval=1800)
        for n in range(40):
            source.followers = 1000 + n + n % 3
            scheduler.step()
            clock.advance(timedelta(minutes=30))
        assert raised(database) == []
        for n in range(6):
            source.followers = 9000 + n
            clock.advance(timedelta(minutes=30))
            scheduler.step()
        scheduler.close()
        assert [one[0] for one in raised(database)] == [AlertKind.anomaly]


class TestManySchedulers:
    def test_five_at_a_thousand_make_a_thousand_runs(
        self, runtime: Runtime, source: Numbers, database: Database, noon: datetime
    ) -> None:
        watch(database, 1000, due_at=noon)
        five = [scheduler_of(another(runtime), source) for _ in range(5)]
        with at_work(*five):
            until(lambda: rows(database) >= 1000, "a thousand rows", seconds=60)
        assert rows(database) == 1000
        assert set(source.asked.values()) == {1}
        assert set(rows_each(database).values()) == {1}


class TestClocks:
    def test_a_jump_forward_is_one_run_for_each(
        self, scheduler: Scheduler, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 20, due_at=clock.now(), interval=30)
        scheduler.step()
        clock.set(clock.now() + timedelta(days=3))
        per_second = []
        for _ in range(31):
            before = source.asked.total()
            scheduler.step()
            per_second.append(source.asked.total() - before)
            clock.advance(timedelta(seconds=1))
        # One for the three days; whoever was early in this half minute may be due again at its end.
        assert set(rows_each(database).values()) <= {2, 3}
        assert sum(per_second) < 40
        assert max(per_second) <= 4

    def test_a_jump_back_makes_nobody_wait_for_days_nor_run_twice(
        self, scheduler: Scheduler, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 20, due_at=clock.now(), interval=30)
        scheduler.step()
        clock.set(clock.now() - timedelta(days=3))
        for _ in range(29):
            clock.advance(timedelta(seconds=1))
            scheduler.step()
        assert set(rows_each(database).values()) == {1}
        for _ in range(31):
            clock.advance(timedelta(seconds=1))
            scheduler.step()
        assert set(rows_each(database).values()) == {2}


class TestLostLeases:
    def test_who_comes_too_late_writes_nothing(
        self, runtime: Runtime, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 3, due_at=clock.now())
        with database.writing() as db:
            lost = monitors.claim_due(db, holder="lost", now=clock.now(), lease_seconds=60)
        scheduler = scheduler_of(another(runtime), source)
        assert scheduler.step() == 0
        clock.advance(timedelta(seconds=61))
        assert scheduler.step() == 3
        scheduler.close()

        from retinue.capabilities.monitors.schemas import Read

        with database.writing() as db:
            late = [
                Read(one, "id", "p", {"follower_count": 1}, "tikhub", clock.now()) for one in lost
            ]
            assert monitors.record(db, late, now=clock.now()).written == ()
        assert set(rows_each(database).values()) == {1}
