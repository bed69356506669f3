from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from retinue.capabilities.alerts.models import AlertKind
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import Monitor
from retinue.drivers.errors import FailureClass
from retinue.drivers.metrics.errors import (
    KeyRefused,
    PaymentRequired,
    RateLimited,
    SourceUnavailable,
)
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from tests.retinue.workflows.monitoring.reading import (
    Numbers,
    all_monitors,
    raised,
    rows,
    rows_each,
    scheduler_of,
    set_settings,
    told,
    watch,
)

HALF_HOUR = timedelta(minutes=30)


class TestFailures:
    def test_no_row_and_a_later_try(
        self, scheduler: Scheduler, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 2, due_at=clock.now())
        scheduler.step()
        before = rows(database)
        source.fails = lambda name: RateLimited("slowly", retry_after=600) if name == "p0" else None
        clock.advance(2 * HALF_HOUR)
        scheduler.step()
        clock.advance(timedelta(minutes=2))
        scheduler.step()

        assert rows(database) == before + 1
        first, second = all_monitors(database)
        assert (first.failures, second.failures) == (1, 0)
        assert (first.last_error or {})["code"] == "rate_limited"
        assert first.due_at - clock.now() > timedelta(minutes=7)
        assert (first.latest or {})["follower_count"] == 100
        assert told(database)[-1]["failed"] in ([1], [])

    def test_a_source_that_is_down_is_told_once_and_its_return_too(
        self, scheduler: Scheduler, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 20, due_at=clock.now(), interval=30)
        scheduler.step()
        before = rows(database)
        source.fails = lambda name: SourceUnavailable("it is away")
        for _ in range(20):
            clock.advance(timedelta(seconds=30))
            scheduler.step()
        assert rows(database) == before
        assert [one[:2] for one in raised(database)] == [(AlertKind.source_down, True)]
        with database.reading() as db:
            assert all(
                monitors.is_stale(one, now=clock.now()) for one in db.scalars(select(Monitor))
            )

        source.fails = lambda name: None
        asked = source.asked.total()
        at_once = []
        for _ in range(60):
            clock.advance(timedelta(seconds=5))
            scheduler.step()
            at_once.append(source.asked.total() - asked)
            asked = source.asked.total()
        assert [one[:2] for one in raised(database)] == [(AlertKind.source_down, False)]
        # Caught up, each in its own time and none of them twice over.
        assert max(at_once) <= 12
        assert all(n <= 22 for n in rows_each(database).values())
        assert {one.failures for one in all_monitors(database)} == {0}

    def test_once_it_is_back_nobody_waits_out_the_last_of_many_failures(
        self, scheduler: Scheduler, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        watch(database, 20, due_at=clock.now(), interval=86_400)
        source.fails = lambda name: SourceUnavailable("it is away")
        for _ in range(40):
            scheduler.step()
            clock.advance(timedelta(minutes=10))
        waits = [one.due_at - clock.now() for one in all_monitors(database)]
        assert max(waits) > timedelta(minutes=30)

        source.fails = lambda name: None
        while rows(database) == 0:
            clock.advance(timedelta(seconds=30))
            scheduler.step()
        for _ in range(24):
            clock.advance(timedelta(seconds=5))
            scheduler.step()
        assert rows(database) == 20

    def test_a_name_that_nobody_knows_is_no_outage(
        self, scheduler: Scheduler, source: Numbers, database: Database, noon: datetime
    ) -> None:
        source.fails = lambda name: SourceUnavailable("400", failure=FailureClass.unknown)
        watch(database, 20, due_at=noon)
        scheduler.step()
        assert raised(database) == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (PaymentRequired("HTTP 402", status=402), AlertKind.payment_required),
            (KeyRefused("HTTP 401", status=401), AlertKind.key_refused),
        ],
        ids=str,
    )
    def test_everything_of_the_source_waits_until_it_answers_again(
        self,
        runtime: Runtime,
        source: Numbers,
        clock: ManualClock,
        error: Any,
        kind: AlertKind,
    ) -> None:
        database = runtime.database
        set_settings(runtime, places=2)
        scheduler = scheduler_of(runtime, source)
        source.fails = lambda name: error
        watch(database, 50, due_at=clock.now())
        for _ in range(20):
            scheduler.step()
            clock.advance(timedelta(seconds=30))
        # Two at the same time, then one a minute.
        assert source.asked.total() <= 2 + 11
        assert [one[:2] for one in raised(database)] == [(kind, True)]
        waiting = [one for one in all_monitors(database) if one.failures == 0]
        assert len(waiting) > 35
        assert {one.waiting_why for one in waiting} == {error.message}
        assert rows(database) == 0

        source.fails = lambda name: None
        for _ in range(30):
            clock.advance(timedelta(seconds=30))
            scheduler.step()
        scheduler.close()
        assert [one[:2] for one in raised(database)] == [(kind, False)]
        assert set(rows_each(database)) == set(range(1, 51))

    def test_another_key_is_tried_at_once(
        self, scheduler: Scheduler, source: Numbers, runtime: Runtime, clock: ManualClock
    ) -> None:
        source.fails = lambda name: KeyRefused("HTTP 401")
        watch(runtime.database, 1, due_at=clock.now())
        scheduler.step()
        source.fails = lambda name: None
        set_settings(runtime, tikhub_version="v1")
        clock.advance(timedelta(seconds=10))
        watch(runtime.database, 1, due_at=clock.now(), prefix="other")
        scheduler.step()
        assert rows(runtime.database) == 1


class TestBudget:
    def test_not_a_cent_more_is_spent_and_it_is_told_once(
        self, runtime: Runtime, source: Numbers, database: Database, clock: ManualClock
    ) -> None:
        set_settings(runtime, monthly_budget=0.05)
        scheduler = scheduler_of(runtime, source)
        source.seconds = 0.01
        watch(database, 100, due_at=clock.now())
        for _ in range(10):
            scheduler.step()
            clock.advance(timedelta(minutes=1))
        with database.reading() as db:
            found = monitors.budget(db, now=clock.now())
        assert (found.spent, source.asked.total()) == (Decimal("0.05"), 25)
        assert [one[:2] for one in raised(database)] == [(AlertKind.budget_spent, True)]
        whys = {one.waiting_why for one in all_monitors(database) if one.last_run_at is None}
        assert whys == {"The month's budget is spent."}

        set_settings(runtime, monthly_budget=1.0)
        for _ in range(4):
            clock.advance(timedelta(seconds=30))
            scheduler.step()
        scheduler.close()
        assert set(rows_each(database)) == set(range(1, 101))
        assert [one[:2] for one in raised(database)] == [(AlertKind.budget_spent, False)]
