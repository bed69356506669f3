from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.errors import EvidenceMissing, ItemClosed, ItemHeld, ItemNotFound
from retinue.capabilities.inbox.models import InboxItem, ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Attendant, Choice, ItemFilter, Question
from retinue.foundation import redaction
from retinue.foundation.database import Database
from retinue.foundation.errors import Invalid
from retinue.foundation.events.models import Event

ANNA, AVA, BEN = (Attendant(f"operator:{name}") for name in ("anna", "ava", "ben"))
BLOCKED = Question(
    kind=ItemKind.action_block,
    key="account:7:action_block",
    subject=("account", "7"),
    title="ava is barred",
    instructions="Look at the account.",
    choices=(Choice("tried_again", "Try it again"), Choice("paused", "Keep it still")),
    details={"text": "Action Blocked"},
    account_id=7,
    account="ava",
)


@pytest.fixture
def item(db: Session, noon: datetime) -> InboxItem:
    return inbox.ask(db, BLOCKED, now=noon)


def told(db: Session) -> list[dict[str, Any]]:
    rows = db.scalars(select(Event).where(Event.type == "inbox_update").order_by(Event.id))
    return [row.data for row in rows]


def acts(db: Session) -> list[tuple[str, str]]:
    return [
        (entry.actor, entry.action)
        for entry in db.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]


class TestAsk:
    def test_it_waits_and_is_told(self, db: Session, item: InboxItem) -> None:
        assert item.state is ItemState.open
        assert told(db) == [
            {
                "id": item.id,
                "kind": "action_block",
                "state": "open",
                "account_id": 7,
                "account": "ava",
                "title": "ava is barred",
            }
        ]

    def test_the_same_question_is_asked_once_and_its_facts_are_brought_up_to_date(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        inbox.claim(db, item, by=ANNA, now=noon)

        again = inbox.ask(db, replace(BLOCKED, details={"text": "again"}), now=noon)

        assert again.id == item.id
        assert (again.details, again.claimed_by) == ({"text": "again"}, "operator:anna")

    def test_once_answered_it_may_be_asked_again(
        self, db: Session, item: InboxItem, noon: datetime
    ) -> None:
        inbox.resolve(db, item, "paused", note=None, by=ANNA, now=noon)

        assert inbox.ask(db, BLOCKED, now=noon).id != item.id

    def test_a_secret_does_not_get_in(self, db: Session, noon: datetime) -> None:
        redaction.know("hunter2-hunter2")
        asked = replace(
            BLOCKED, title="the password hunter2-hunter2", details={"a": ["hunter2-hunter2"]}
        )

        item = inbox.ask(db, asked, now=noon)

        assert "hunter2" not in f"{item.title}{item.details}"

    def test_of_many_who_ask_at_once_one_makes_the_item(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as one:
            first = inbox.ask(one, BLOCKED, now=noon).id
        with database.writing() as other:
            assert inbox.ask(other, BLOCKED, now=noon).id == first

    def test_what_is_asked_while_the_item_is_being_closed_is_asked_anew(
        self, database: Database, noon: datetime
    ) -> None:
        def ask() -> int:
            with database.writing() as db:
                return inbox.ask(db, BLOCKED, now=noon).id

        first = ask()
        with ThreadPoolExecutor(1) as others:
            with database.writing() as db:
                item = inbox.get(db, first)
                choice = BLOCKED.choices[0].value
                inbox.resolve(db, item, choice, note=None, by=AVA, now=noon)
                asked = others.submit(ask)
                threading.Event().wait(0.3)
            assert asked.result() != first


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


class TestEvidence:
    def test_what_was_seen_grows_and_the_link_is_the_newest(
        self, db: Session, noon: datetime
    ) -> None:
        seen = replace(BLOCKED, evidence=("a", "b"), link="http://127.0.0.1/web/challenge/1")
        inbox.ask(db, seen, now=noon)
        again = inbox.ask(
            db,
            replace(BLOCKED, evidence=("b", "c"), link="http://127.0.0.1/web/challenge/2"),
            now=noon,
        )
        assert (again.evidence, again.link) == (["a", "b", "c"], "http://127.0.0.1/web/challenge/2")
        assert len(told(db)) == 2

    def test_a_link_that_is_no_page_is_left_out(self, db: Session, noon: datetime) -> None:
        assert inbox.ask(db, replace(BLOCKED, link="javascript:alert(1)"), now=noon).link is None

    def test_what_is_said_to_be_done_must_be_shown(self, db: Session, noon: datetime) -> None:
        choices = (Choice("done", "Done", needs_evidence=True), Choice("not_done", "Not"))
        item = inbox.ask(db, replace(BLOCKED, choices=choices), now=noon)

        with pytest.raises(EvidenceMissing, match="note: say what shows"):
            inbox.resolve(db, item, "done", note=None, by=ANNA, now=noon)

        assert inbox.resolve(db, item, "done", note="seen", by=ANNA, now=noon).resolution == "done"


class TestPage:
    def test_the_newest_first_with_filters(self, db: Session, noon: datetime) -> None:
        ids = [
            inbox.ask(db, replace(BLOCKED, key=f"k{number}", account_id=number), now=noon).id
            for number in range(4)
        ]
        inbox.claim(db, inbox.get(db, ids[1]), by=ANNA, now=noon)

        first = inbox.page(db, ItemFilter(), limit=2)
        then = inbox.page(db, ItemFilter(), before_id=first[-1].id, limit=2)

        assert [item.id for item in (*first, *then)] == ids[::-1]
        claimed = inbox.page(db, ItemFilter(states=(ItemState.claimed,)))
        assert [item.id for item in claimed] == [ids[1]]
        assert inbox.count(db, ItemFilter(account_id=3)) == 1

    def test_a_restricted_caller_sees_the_items_of_its_accounts_only(
        self, db: Session, noon: datetime
    ) -> None:
        own = inbox.ask(db, BLOCKED, now=noon)
        nobodys = inbox.ask(db, replace(BLOCKED, key="all", account_id=None), now=noon)
        mine = frozenset({7})

        assert [item.id for item in inbox.page(db, ItemFilter(account_ids=mine))] == [own.id]
        assert inbox.get(db, own.id, account_ids=mine).id == own.id
        for hidden, allowed in ((nobodys.id, mine), (own.id, frozenset({8}))):
            with pytest.raises(ItemNotFound):
                inbox.get(db, hidden, account_ids=allowed)
