from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import MonitorStatus
from retinue.capabilities.monitors.schemas import Read
from retinue.drivers.metrics.protocol import Reading, SubjectKind
from tests.factories.gauging import (
    ACTOR,
    PERSON,
    claim,
    failed,
    fill,
    run,
    seen,
    set_up,
    watch,
)

MINUTE = timedelta(minutes=1)


class TestRecord:
    def test_what_a_source_has_answered_becomes_a_row(self, db: Session, noon: datetime) -> None:
        one = watch(db, "otter", now=noon)
        (due,) = claim(db, now=noon)
        reading = Reading(
            kind=SubjectKind.influencer,
            name="Otter",
            source="tikhub",
            read_at=noon,
            user_id="77",
            bio="Hi",
            follower_count=5,
        )
        assert monitors.record(db, [Read.of(due, reading)], now=noon).written == (one,)
        found = monitors.history(db, PERSON, "77", now=noon)
        (row,) = found.rows
        assert (row.follower_count, row.following_count, row.post_count) == (5, None, None)
        assert (found.name, found.subject, found.stale) == ("Otter", "otter", False)
        shown = monitors.read(monitors.get(db, one), now=noon)
        assert shown.counts == {"follower_count": 5, "following_count": None, "post_count": None}

    def test_whoever_was_too_slow_writes_nothing(self, db: Session, noon: datetime) -> None:
        one = watch(db, "otter", now=noon)
        (slow,) = claim(db, now=noon, lease_seconds=60)
        (quick,) = claim(db, now=noon + MINUTE, holder="two")
        at = noon + MINUTE
        assert monitors.record(db, [seen(slow, at=at)], now=at).moved_on == (one,)
        assert monitors.record(db, [seen(quick, at=at)], now=at).written == (one,)
        assert monitors.record(db, [seen(quick, at=at)], now=at).moved_on == (one,)
        assert monitors.record_failures(db, [failed(slow)], now=at).moved_on == (one,)
        assert len(monitors.history_of(db, one, now=at).rows) == 1

    def test_what_was_paused_meanwhile_is_written_and_stays_paused(
        self, db: Session, noon: datetime
    ) -> None:
        one = watch(db, "otter", now=noon)
        (due,) = claim(db, now=noon)
        monitors.pause(db, one, actor=ACTOR, now=noon)
        assert monitors.record(db, [seen(due, at=noon)], now=noon).written == (one,)
        assert monitors.get(db, one).status is MonitorStatus.paused

    def test_what_was_stopped_meanwhile_is_not_written(self, db: Session, noon: datetime) -> None:
        one = watch(db, "otter", now=noon)
        (due,) = claim(db, now=noon)
        monitors.stop_many(db, [one], actor=ACTOR, now=noon)
        watch(db, "otter", now=noon)
        assert monitors.record(db, [seen(due, at=noon)], now=noon).moved_on == (one,)

    def test_a_failure_writes_no_row_and_a_good_run_forgets_it(
        self, db: Session, noon: datetime
    ) -> None:
        one = watch(db, "otter", now=noon, seconds=30)
        run(db, now=noon, follower_count=5)
        at = noon + timedelta(seconds=50)
        monitors.record_failures(db, [failed(due) for due in claim(db, now=at)], now=at)
        row = monitors.get(db, one)
        assert (row.failures, row.last_error["code"]) == (1, "source_unavailable")
        found = monitors.history_of(db, one, now=at)
        assert (len(found.rows), found.stale) == (1, True)
        at += timedelta(minutes=1)
        run(db, now=at, follower_count=6)
        row = monitors.get(db, one)
        assert (row.failures, row.last_error) == (0, None)

    def test_a_strange_reading_is_read_again_within_a_minute_and_then_told_once(
        self, db: Session, noon: datetime
    ) -> None:
        one = watch(db, "otter", now=noon, seconds=3600)
        fill(db, one, list(range(1000, 1200, 10)), start=noon, step=timedelta(hours=1))
        at = noon + timedelta(hours=20)
        fill(db, one, [9000], start=at, step=MINUTE)
        assert monitors.get(db, one).due_at <= at + MINUTE
        (due,) = claim(db, now=at + MINUTE)
        told = monitors.record(
            db, [seen(due, at=at + MINUTE, follower_count=9001)], now=at + MINUTE
        )
        (anomaly,) = told.anomalies
        assert (anomaly.verdict, anomaly.metric, anomaly.monitor_id) == (
            "opened",
            "follower_count",
            one,
        )
        assert monitors.read(monitors.get(db, one), now=at).strange == ["follower_count"]


class TestBudget:
    def test_money_adds_up_and_ends_at_the_limit(self, db: Session, noon: datetime) -> None:
        set_up(db, now=noon, monthly_budget=0.01)
        for _ in range(3):
            monitors.charge(db, source="tikhub", calls=1, cost=Decimal("0.002"), now=noon)
        monitors.charge(db, source="graph", calls=2, cost=Decimal(0), now=noon)
        found = monitors.budget(db, now=noon)
        assert (found.spent, found.calls, found.is_spent) == (Decimal("0.006"), 5, False)
        assert monitors.has_budget(db, now=noon, cost=Decimal("0.004"))
        assert not monitors.has_budget(db, now=noon, cost=Decimal("0.005"))
        monitors.charge(db, source="tikhub", calls=2, cost=Decimal("0.004"), now=noon)
        assert monitors.budget(db, now=noon).is_spent
        assert not monitors.has_budget(db, now=noon)
        assert monitors.has_budget(db, now=found.resumes_at)

    def test_what_will_be_spent_follows_from_what_is_active(
        self, db: Session, noon: datetime
    ) -> None:
        watch(db, "otter", now=noon, seconds=3600)
        monitors.charge(db, source="tikhub", calls=10, cost=Decimal("0.02"), now=noon)
        # Twelve hours of January are left: twelve more calls at what a call has cost.
        assert monitors.budget(db, now=noon).projected == Decimal("0.044")
