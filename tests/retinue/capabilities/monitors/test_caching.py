from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.service import History
from retinue.foundation.cache import MemoryCache
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import DatabaseBusy
from tests.factories.gauging import PERSON, fill, watch

KEY = (PERSON, "1001")


@pytest.fixture
def cache(clock: ManualClock) -> MemoryCache:
    return MemoryCache(clock)


class Loader:
    """Counts how often the database is asked, and can be told that it is away."""

    def __init__(self, db: Session, monitor_id: int, clock: ManualClock) -> None:
        self.asked = 0
        self.is_away = False
        self._read: Callable[[], History] = lambda: monitors.history_of(
            db, monitor_id, now=clock.now()
        )
        self._lock = threading.Lock()

    def __call__(self) -> History:
        with self._lock:
            self.asked += 1
        if self.is_away:
            raise DatabaseBusy("The database is busy.")
        return self._read()


@pytest.fixture
def load(db: Session, clock: ManualClock) -> Loader:
    one = watch(db, "otter", now=clock.now(), seconds=1800)
    fill(db, one, [1, 2, None], start=clock.now(), step=timedelta(seconds=1))
    return Loader(db, one, clock)


def counts(found: Any) -> list[int | None]:
    return [json.loads(row)["follower_count"] for row in found.rows]


class TestHistory:
    def test_it_is_read_once_in_an_interval(
        self, cache: MemoryCache, load: Loader, clock: ManualClock
    ) -> None:
        for _ in range(5):
            found = monitors.caching.history(cache, KEY, load, now=clock.now())
            assert counts(found) == [None, 2, 1]
        assert load.asked == 1
        clock.advance(timedelta(seconds=1801))
        monitors.caching.history(cache, KEY, load, now=clock.now())
        assert load.asked == 2

    def test_a_run_that_ends_drops_it(
        self, cache: MemoryCache, load: Loader, clock: ManualClock
    ) -> None:
        monitors.caching.history(cache, KEY, load, now=clock.now())
        monitors.caching.forget(cache, [KEY])
        monitors.caching.history(cache, KEY, load, now=clock.now())
        assert load.asked == 2

    def test_what_was_read_last_is_served_as_stale_while_the_database_is_away(
        self, cache: MemoryCache, load: Loader, clock: ManualClock
    ) -> None:
        assert not monitors.caching.history(cache, KEY, load, now=clock.now()).stale
        load.is_away = True
        clock.advance(timedelta(minutes=40))
        found = monitors.caching.history(cache, KEY, load, now=clock.now())
        assert (found.stale, counts(found)) == (True, [None, 2, 1])
        clock.advance(timedelta(hours=1))
        with pytest.raises(DatabaseBusy):
            monitors.caching.history(cache, KEY, load, now=clock.now())

    def test_it_grows_stale_by_itself(
        self, cache: MemoryCache, load: Loader, clock: ManualClock
    ) -> None:
        monitors.caching.history(cache, KEY, load, now=clock.now())
        later: datetime = clock.now() + timedelta(seconds=1799)
        assert not monitors.caching.history(cache, KEY, load, now=later).stale

    def test_a_clock_that_was_set_back_keeps_nothing_for_longer(
        self, cache: MemoryCache, load: Loader, clock: ManualClock
    ) -> None:
        monitors.caching.history(cache, KEY, load, now=clock.now())
        monitors.caching.history(cache, KEY, load, now=clock.now() - timedelta(days=30))
        assert load.asked == 2
