"""An item is taken, passed on, answered, or closes by itself, and all of it is on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.errors import ItemClosed, ItemHeld
from retinue.capabilities.inbox.models import InboxItem, ItemState
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.foundation.database import Database
from retinue.foundation.errors import Invalid
from tests.retinue.capabilities.inbox.conftest import ANNA, BEN, BLOCKED, acts, told


class TestClaim:
    def test_one_has_it_and_the_next_is_told_who(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        claimed = inbox.claim(db, item, by=ANNA, now=noon)
        assert (claimed.state, claimed.claimed_by) == (ItemState.claimed, "operator:anna")
        inbox.claim(db, claimed, by=ANNA, now=noon)

        with pytest.raises(ItemHeld, match="operator:anna") as caught:
            inbox.claim(db, claimed, by=BEN, now=noon)

        assert caught.value.facts["holder"] == "operator:anna"

    def test_whoever_read_it_before_somebody_else_claimed_it_is_too_late(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            item_id = inbox.ask(db, BLOCKED, now=noon).id
        with database.reading() as db:
            stale = inbox.get(db, item_id)
        with database.writing() as db:
            inbox.claim(db, inbox.get(db, item_id), by=ANNA, now=noon)

        with database.writing() as db, pytest.raises(ItemHeld, match="operator:anna"):
            inbox.claim(db, stale, by=BEN, now=noon)

    def test_it_is_taken_over_on_the_record(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        inbox.claim(db, item, by=ANNA, now=noon)

        taken = inbox.claim(db, item, by=BEN, now=noon, take_over=True)

        assert taken.claimed_by == "operator:ben"
        assert acts(db) == [
            ("operator:anna", "inbox.claimed"),
            ("operator:ben", "inbox.taken_over"),
        ]
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert last.before == {"state": "claimed", "claimed_by": "operator:anna"}

    def test_only_its_holder_gives_it_back(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        claimed = inbox.claim(db, item, by=ANNA, now=noon)
        with pytest.raises(ItemHeld):
            inbox.release(db, claimed, by=BEN, now=noon)

        released = inbox.release(db, claimed, by=ANNA, now=noon)

        assert (released.state, released.claimed_by) == (ItemState.open, None)
        assert [one["state"] for one in told(db)] == ["open", "claimed", "open"]


class TestResolve:
    def test_with_a_choice_and_a_note(self, db: Session, item: InboxItem, noon: datetime) -> None:
        done = inbox.resolve(db, item, "paused", note="until May", by=ANNA, now=noon)

        assert (done.state, done.resolution, done.note) == (
            ItemState.resolved,
            "paused",
            "until May",
        )
        assert (done.resolved_by, done.resolved_at) == ("operator:anna", noon)
        assert acts(db) == [("operator:anna", "inbox.resolved")]

    def test_not_with_what_is_not_on_offer(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        with pytest.raises(Invalid, match="tried_again, paused"):
            inbox.resolve(db, item, "explode", note=None, by=ANNA, now=noon)

    def test_not_what_somebody_else_has(self, db: Session, item: InboxItem, noon: datetime) -> None:
        claimed = inbox.claim(db, item, by=ANNA, now=noon)
        with pytest.raises(ItemHeld):
            inbox.resolve(db, claimed, "paused", note=None, by=BEN, now=noon)

    def test_not_twice(self, db: Session, item: InboxItem, noon: datetime) -> None:
        done = inbox.resolve(db, item, "paused", note=None, by=ANNA, now=noon)
        with pytest.raises(ItemClosed, match="operator:anna"):
            inbox.resolve(db, done, "paused", note=None, by=BEN, now=noon)
        with pytest.raises(ItemClosed):
            inbox.claim(db, done, by=BEN, now=noon, take_over=True)

    def test_what_has_answered_itself_is_closed_even_when_claimed(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        inbox.claim(db, item, by=ANNA, now=noon)

        assert inbox.close(db, BLOCKED.key, resolution="confirmed", by="probe", now=noon)

        closed = inbox.get(db, item.id)
        assert (closed.state, closed.resolved_by) == (ItemState.resolved, "probe")
        assert not inbox.close(db, BLOCKED.key, resolution="confirmed", by="probe", now=noon)


class TestExpired:
    def test_what_is_due_has_lost_its_point(self, db: Session, noon: datetime) -> None:
        soon = replace(BLOCKED, key="soon", due_at=noon + timedelta(minutes=5))
        item, other = inbox.ask(db, soon, now=noon), inbox.ask(db, BLOCKED, now=noon)

        assert not inbox.overdue(db, now=noon)
        (due,) = inbox.overdue(db, now=noon + timedelta(minutes=5))
        inbox.expired(db, due, now=noon + timedelta(minutes=5))

        assert inbox.get(db, item.id).state is ItemState.expired
        assert inbox.get(db, other.id).state is ItemState.open
        assert told(db)[-1]["state"] == "expired"
        assert inbox.ask(db, soon, now=noon).id != item.id

    def test_it_says_what_follows(self, db: Session, noon: datetime) -> None:
        item = inbox.ask(db, replace(BLOCKED, due_at=noon, at_expiry="paused"), now=noon)

        done = inbox.expired(db, item, now=noon)

        assert done is not None
        assert (done.resolution, done.resolved_by) == ("paused", "retinue")
        assert inbox.expired(db, item, now=noon) is None


class TestAssign:
    def test_it_waits_for_them_until_it_is_taken_over(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        given = inbox.assign(db, item, "operator:anna", by=BEN, now=noon)
        assert (given.assigned_to, given.state) == ("operator:anna", ItemState.open)

        with pytest.raises(ItemHeld, match="assigned to operator:anna"):
            inbox.claim(db, given, by=BEN, now=noon)
        with pytest.raises(ItemHeld, match="assigned to operator:anna"):
            inbox.resolve(db, given, "paused", note=None, by=BEN, now=noon)
        assert inbox.claim(db, given, by=ANNA, now=noon).claimed_by == "operator:anna"
        taken = inbox.claim(db, inbox.get(db, item.id), by=BEN, now=noon, take_over=True)

        assert (taken.claimed_by, taken.assigned_to) == ("operator:ben", None)
        assert acts(db)[-3:] == [
            ("operator:ben", "inbox.assigned"),
            ("operator:anna", "inbox.claimed"),
            ("operator:ben", "inbox.taken_over"),
        ]

    def test_whoever_passes_it_on_gives_it_up(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        claimed = inbox.claim(db, item, by=BEN, now=noon)
        given = inbox.assign(db, claimed, "operator:anna", by=BEN, now=noon)
        assert (given.state, given.claimed_by) == (ItemState.open, None)
        assert inbox.assign(db, given, None, by=BEN, now=noon).assigned_to is None

    def test_somebody_elses_is_not_passed_on(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        claimed = inbox.claim(db, item, by=ANNA, now=noon)
        with pytest.raises(ItemHeld):
            inbox.assign(db, claimed, "operator:ben", by=BEN, now=noon)

    def test_mine_is_what_i_have_or_am_to_have(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        other = inbox.ask(db, replace(BLOCKED, key="other"), now=noon)
        inbox.assign(db, item, "operator:anna", by=BEN, now=noon)
        inbox.claim(db, other, by=BEN, now=noon)

        def of(hand: str) -> list[int]:
            return [one.id for one in inbox.page(db, ItemFilter(hands=(hand,)))]

        assert of("operator:anna") == [item.id]
        assert of("operator:ben") == [other.id]
