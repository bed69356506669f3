from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import MonitorStatus
from retinue.capabilities.monitors.schemas import DueMonitor
from retinue.foundation.database import Database, DatabaseBusy
from tests.factories.gauging import ACTOR, claim, failed, run, seen, watch, watch_many

MINUTE = timedelta(minutes=1)


class TestClaimDue:
    def test_what_is_claimed_is_nobody_elses_until_the_lease_runs_out(
        self, db: Session, noon: datetime
    ) -> None:
        watch(db, "otter", now=noon)
        (first,) = claim(db, now=noon, lease_seconds=120)
        assert claim(db, now=noon + MINUTE, holder="two") == []
        (second,) = claim(db, now=noon + 2 * MINUTE, holder="two")
        assert (second.id, second.fence) == (first.id, first.fence + 1)

    def test_what_is_paused_or_stopped_is_never_claimed(self, db: Session, noon: datetime) -> None:
        one, two = watch(db, "otter", now=noon), watch(db, "heron", now=noon)
        monitors.pause(db, one, actor=ACTOR, now=noon)
        monitors.stop_many(db, [two], actor=ACTOR, now=noon)
        assert claim(db, now=noon + timedelta(days=3)) == []

    def test_what_is_given_back_is_due_again_and_no_failure(
        self, db: Session, noon: datetime
    ) -> None:
        one = watch(db, "otter", now=noon)
        monitors.give_back(
            db, claim(db, now=noon), now=noon, again_at=noon + MINUTE, why="no budget"
        )
        row = monitors.get(db, one)
        assert (row.failures, row.waiting_why, row.claimed_by) == (0, "no budget", None)
        assert noon + MINUTE <= row.due_at <= noon + 2 * MINUTE
        assert claim(db, now=noon) == []

    def test_five_schedulers_at_once_take_each_of_a_thousand_once(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            watch_many(db, 1000, now=noon)
        taken: Counter[int] = Counter()
        lock = threading.Lock()

        def claimed(name: str) -> list[DueMonitor]:
            while True:
                # A server that finds two of them in a ring sends one away, who asks again.
                with suppress(DatabaseBusy), database.writing() as db:
                    return claim(db, now=noon, holder=name, limit=50)

        def schedule(name: str) -> None:
            for _ in range(40):
                found = claimed(name)
                with database.writing() as db:
                    done = monitors.record(db, [seen(one, at=noon) for one in found], now=noon)
                with lock:
                    taken.update(done.written)

        threads = [threading.Thread(target=schedule, args=(f"s{n}",)) for n in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 1000
        assert set(taken.values()) == {1}


class TestAfterAGap:
    def test_many_that_were_missed_run_once_each_and_not_together(
        self, db: Session, noon: datetime
    ) -> None:
        watch_many(db, 300, now=noon, seconds=30)
        run(db, now=noon)
        later = noon + timedelta(hours=5)
        runs: Counter[int] = Counter()
        busiest = 0
        for second in range(31):
            found = claim(db, now=later + timedelta(seconds=second))
            busiest = max(busiest, len(found))
            runs.update(one.id for one in found)
            at = later + timedelta(seconds=second)
            monitors.record(db, [seen(one, at=at) for one in found], now=at)
        assert len(runs) == 300
        assert busiest <= 30
        assert max(runs.values()) <= 2

    def test_a_monitor_is_put_off_once_however_slow_the_schedulers_are(
        self, db: Session, noon: datetime
    ) -> None:
        watch(db, "otter", now=noon, seconds=30)
        run(db, now=noon)
        assert claim(db, now=noon + timedelta(hours=1)) == []
        assert len(claim(db, now=noon + timedelta(hours=2))) == 1

    def test_a_clock_that_is_set_back_makes_nothing_run_twice_in_an_interval(
        self, db: Session, noon: datetime
    ) -> None:
        watch_many(db, 50, now=noon, seconds=1800)
        run(db, now=noon)
        back = noon - timedelta(days=2)
        assert monitors.replan(db, now=back) == 50
        assert monitors.replan(db, now=back) == 0
        assert claim(db, now=back + timedelta(seconds=1799)) == []
        assert len(claim(db, now=back + timedelta(seconds=2 * 1800))) == 50

    def test_a_source_that_was_away_is_asked_again_little_by_little(
        self, db: Session, noon: datetime
    ) -> None:
        watch_many(db, 200, now=noon, seconds=30)
        monitors.record_failures(
            db, [failed(one) for one in claim(db, now=noon, limit=1000)], now=noon
        )
        tries = [len(claim(db, now=noon + timedelta(seconds=second))) for second in range(40)]
        assert sum(tries) == 200
        assert max(tries) <= 30
        assert sum(tries[:20]) == 0


class TestWaiting:
    def test_a_pause_shows_before_the_next_fetch(self, db: Session, noon: datetime) -> None:
        one, two = watch(db, "otter", now=noon), watch(db, "heron", now=noon)
        found = claim(db, now=noon)
        monitors.pause(db, one, actor=ACTOR, now=noon)
        assert monitors.still_wanted(db, [due.id for due in found]) == {two}

    def test_what_is_resumed_runs_at_once_but_not_beside_a_run_that_goes_on(
        self, db: Session, noon: datetime
    ) -> None:
        one = watch(db, "otter", now=noon)
        claim(db, now=noon, lease_seconds=120)
        monitors.pause(db, one, actor=ACTOR, now=noon)
        assert monitors.resume(db, one, actor=ACTOR, now=noon).status is MonitorStatus.active
        assert claim(db, now=noon + MINUTE, holder="two") == []
        assert monitors.next_due_at(db) == noon + 2 * MINUTE
