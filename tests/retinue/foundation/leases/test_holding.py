"""Leases of those who keep nothing between two calls."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.leases import service

TTL = timedelta(minutes=30)
KEY = "account:1"


def hold(database: Database, clock: ManualClock, holder: str = "a") -> datetime:
    with database.writing() as db:
        return service.hold(db, KEY, holder=holder, ttl=TTL, now=clock.now())


def fence(database: Database, clock: ManualClock) -> int:
    with database.reading() as db:
        lease = service.holder_of(db, KEY, now=clock.now())
    assert lease is not None
    return lease.fence


class TestHold:
    def test_every_call_moves_its_end_and_leaves_its_fence(
        self, database: Database, clock: ManualClock
    ) -> None:
        hold(database, clock)
        first = fence(database, clock)
        clock.advance(timedelta(minutes=20))
        assert hold(database, clock) == clock.now() + TTL
        assert fence(database, clock) == first

    def test_another_is_told_who_and_until_when_and_then_has_it(
        self, database: Database, clock: ManualClock
    ) -> None:
        until = hold(database, clock)
        first = fence(database, clock)
        with pytest.raises(service.LeaseHeld) as refused:
            hold(database, clock, "b")
        assert refused.value.facts == {"holder": "a", "until": until}
        clock.set(until)
        hold(database, clock, "b")
        assert fence(database, clock) == first + 1
        with pytest.raises(service.LeaseHeld):
            hold(database, clock, "a")

    def test_what_was_let_go_is_free_and_only_its_holder_can(
        self, database: Database, clock: ManualClock
    ) -> None:
        hold(database, clock)
        with database.writing() as db:
            service.let_go(db, KEY, holder="b")
        assert fence(database, clock) == 1
        with database.writing() as db:
            service.let_go(db, KEY, holder="a")
        hold(database, clock, "b")
        assert fence(database, clock) == 2
