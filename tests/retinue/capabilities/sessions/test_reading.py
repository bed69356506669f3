"""What is told of sessions and of what they used."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import (
    SessionNotFound,
)
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending, SessionFilter
from tests.retinue.capabilities.sessions.conftest import order
from tests.retinue.capabilities.sessions.test_service import beat, begin


class TestStatus:
    def test_without_a_session_ever_it_is_stopped_and_nothing_else(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        shown = sessions.status(db, account, now=noon)
        assert shown.status is SessionStatus.stopped
        assert (shown.session_id, shown.pid, shown.uptime_seconds) == (None, None, None)
        assert shown.limits["like"].left_hour == 60


class TestStats:
    def test_a_session_counts_its_time_and_shows_its_trend(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        beat(db, session, now=noon + timedelta(seconds=20))
        shown = sessions.stats(db, account, now=noon + timedelta(hours=1))
        assert (shown.total_sessions, shown.uptime_hours) == (1, 1.0)
        assert shown.current_session_duration == 3600
        assert [point.value for point in shown.memory_usage_trend] == [70.5]
        assert shown.total_interactions_24h == 0
        assert shown.success_rate_24h is None


class TestPage:
    def test_the_newest_come_first(self, db: Session, account: Account, noon: datetime) -> None:
        made = []
        for _ in range(3):
            session = order(db, account, now=noon)
            sessions.end(db, session.id, Ending(SessionStatus.completed, "done"), now=noon)
            made.append(session.id)
        items, total = sessions.page(db, SessionFilter(), before_id=None, limit=2)
        assert ([one.id for one in items], total) == ([made[2], made[1]], 3)
        rest, _ = sessions.page(db, SessionFilter(), before_id=items[-1].id, limit=2)
        assert [one.id for one in rest] == [made[0]]

    def test_filters_go_by_status_and_by_the_time_of_the_order(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        early = order(db, account, now=noon)
        sessions.end(db, early.id, Ending(SessionStatus.completed, "done"), now=noon)
        late = order(db, account, now=noon + timedelta(seconds=5))

        def found(**wanted: Any) -> list[str]:
            items, _ = sessions.page(db, SessionFilter(**wanted), before_id=None, limit=9)
            return [one.id for one in items]

        assert found(statuses=(SessionStatus.completed, SessionStatus.failed)) == [early.id]
        assert found(since=noon + timedelta(seconds=5)) == [late.id]
        assert found(until=noon + timedelta(seconds=5)) == [early.id]

    def test_an_unknown_session_is_not_found(self, db: Session) -> None:
        with pytest.raises(SessionNotFound):
            sessions.get(db, "nobody")


class TestSamples:
    def test_they_are_thinned_from_the_newest(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        moments = [noon + timedelta(seconds=5 * number) for number in range(10)]
        for moment in moments:
            beat(db, session, now=moment)
        assert [one.at for one in sessions.samples(db, session.id, most=20)] == moments
        assert [one.at for one in sessions.samples(db, session.id, most=5)] == moments[1::2]


class TestSweepSamples:
    def test_two_days_are_kept(self, db: Session, account: Account, noon: datetime) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        beat(db, session, now=noon)
        assert sessions.sweep_samples(db, now=noon + timedelta(days=1)) == 0
        assert sessions.sweep_samples(db, now=noon + timedelta(days=2, seconds=1)) == 1
