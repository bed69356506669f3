"""One incident is one alert, from the first sight of it to its end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.errors import AlertNotFound, AlertOver
from retinue.capabilities.alerts.models import (
    Alert,
    AlertKind,
    AlertState,
    DeliveryState,
    News,
    Severity,
)
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.capabilities.audit.models import AuditEntry
from retinue.foundation import redaction
from retinue.foundation.database import Database, DatabaseBusy
from tests.factories.alarming import DOWN, channel, deliveries, told


class TestRaise:
    def test_one_incident_is_one_alert_however_often_it_is_seen(
        self, db: Session, noon: datetime
    ) -> None:
        first = alerts.raise_alert(db, DOWN, now=noon)
        later = noon + timedelta(minutes=5)
        again = alerts.raise_alert(db, replace(DOWN, message="Still not."), now=later)

        assert again.id == first.id
        assert (again.times, again.last_seen_at, again.message) == (2, later, "Still not.")
        assert again.opened_at == noon
        assert told(db) == [("open", "warning", 1)]

    def test_more_severe_is_told_again_and_less_severe_is_not(
        self, db: Session, noon: datetime
    ) -> None:
        all_of_it = channel(db, "all", noon, min_severity=Severity.info)
        the_worst = channel(db, "worst", noon, min_severity=Severity.critical)
        alerts.raise_alert(db, DOWN, now=noon)
        assert deliveries(db) == [(all_of_it.id, News.opened, DeliveryState.waiting)]

        alerts.raise_alert(db, replace(DOWN, severity=Severity.critical), now=noon)
        alert = alerts.raise_alert(db, replace(DOWN, severity=Severity.info), now=noon)

        assert alert.severity is Severity.critical
        assert told(db) == [("open", "warning", 1), ("open", "critical", 2)]
        assert [one[0] for one in deliveries(db)] == [all_of_it.id, the_worst.id]

    def test_what_comes_back_soon_is_the_same_incident(self, db: Session, noon: datetime) -> None:
        channel(db, "all", noon)
        first = alerts.raise_alert(db, DOWN, now=noon)
        assert alerts.resolve(db, DOWN.key, now=noon)
        again = alerts.raise_alert(db, DOWN, now=noon + timedelta(minutes=9))

        assert (again.id, again.state, again.times) == (first.id, AlertState.open, 2)
        assert [one[1] for one in deliveries(db)] == [News.opened, News.resolved]

    def test_what_comes_back_late_is_another_one(self, db: Session, noon: datetime) -> None:
        first = alerts.raise_alert(db, DOWN, now=noon)
        alerts.resolve(db, DOWN.key, now=noon)
        again = alerts.raise_alert(db, DOWN, now=noon + alerts.REOPENED_WITHIN)
        assert (again.id != first.id, again.times) == (True, 1)

    def test_secrets_in_its_words_are_masked(self, db: Session, noon: datetime) -> None:
        redaction.know("hunter2-of-tikhub")
        wanted = replace(DOWN, message="hunter2-of-tikhub", details={"api_key": "abc", "n": 1})
        alert = alerts.raise_alert(db, wanted, now=noon)
        assert (alert.message, alert.details) == (
            redaction.MASK,
            {"api_key": redaction.MASK, "n": 1},
        )

    def test_many_at_once_make_one(self, database: Database, noon: datetime) -> None:
        def raise_it(_: int) -> int:
            # MariaDB may break up two who meet over the same row; whoever raises it tries again.
            for _ in range(20):
                with suppress(DatabaseBusy), database.writing() as db:
                    return alerts.raise_alert(db, DOWN, now=noon).id
            raise AssertionError

        with ThreadPoolExecutor(4) as pool:
            ids = set(pool.map(raise_it, range(12)))

        with database.reading() as db:
            assert db.scalar(select(func.count()).select_from(Alert)) == 1
            assert (len(ids), alerts.get(db, ids.pop()).times) == (1, 12)


class TestResolve:
    def test_whoever_was_told_hears_the_end(self, db: Session, noon: datetime) -> None:
        heard = channel(db, "all", noon)
        alerts.raise_alert(db, DOWN, now=noon)
        channel(db, "came later", noon)
        assert alerts.resolve(db, DOWN.key, now=noon)

        assert deliveries(db) == [
            (heard.id, News.opened, DeliveryState.waiting),
            (heard.id, News.resolved, DeliveryState.waiting),
        ]
        assert told(db)[-1][0] == "resolved"

    def test_where_nothing_lasts_nothing_happens(self, db: Session, noon: datetime) -> None:
        assert not alerts.resolve(db, "source:tikhub", now=noon)
        assert alerts.open_keys(db, []) == set()
        assert told(db) == []

    def test_old_ones_are_forgotten_with_their_deliveries(
        self, db: Session, noon: datetime
    ) -> None:
        channel(db, "all", noon)
        alerts.raise_alert(db, DOWN, now=noon)
        alerts.resolve(db, DOWN.key, now=noon)
        lasting = alerts.raise_alert(db, replace(DOWN, key="other"), now=noon)
        assert alerts.prune(db, now=noon + alerts.KEPT) == 0
        assert alerts.prune(db, now=noon + alerts.KEPT + timedelta(seconds=1)) == 1
        assert [one.id for one in alerts.page(db, AlertFilter())] == [lasting.id]


class TestAcknowledge:
    def test_it_says_who_and_leaves_an_entry(self, db: Session, noon: datetime) -> None:
        alert = alerts.raise_alert(db, DOWN, now=noon)
        for _ in range(2):
            seen = alerts.acknowledge(db, alert.id, actor="operator:anna", now=noon)
        assert (seen.state, seen.acknowledged_by) == (AlertState.acknowledged, "operator:anna")
        assert db.scalars(select(AuditEntry.action)).all() == ["alert.acknowledged"]

    def test_what_is_over_or_not_there_is_refused(self, db: Session, noon: datetime) -> None:
        alert = alerts.raise_alert(db, DOWN, now=noon)
        alerts.resolve(db, DOWN.key, now=noon)
        with pytest.raises(AlertOver):
            alerts.acknowledge(db, alert.id, actor="x", now=noon)
        with pytest.raises(AlertNotFound):
            alerts.acknowledge(db, alert.id + 1, actor="x", now=noon)


class TestPage:
    def test_filters_hold_together(self, db: Session, noon: datetime) -> None:
        keys = ("a", "b", "c")
        a, b, c = (alerts.raise_alert(db, replace(DOWN, key=key), now=noon).id for key in keys)
        alerts.resolve(db, "a", now=noon)
        alerts.acknowledge(db, b, actor="x", now=noon)

        def ids(**wanted: Any) -> list[int]:
            return [one.id for one in alerts.page(db, AlertFilter(**wanted))]

        assert ids() == [c, b, a]
        assert ids(states=(AlertState.open,)) == [c]
        assert ids(states=(AlertState.acknowledged, AlertState.resolved)) == [b, a]
        assert ids(kind=AlertKind.anomaly) == []
        assert ids(severity=Severity.warning) == [c, b, a]
        assert alerts.count(db, AlertFilter(states=(AlertState.open,))) == 1
