"""A question is asked once, grows with what was seen, and holds no secret."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.errors import EvidenceMissing
from retinue.capabilities.inbox.models import InboxItem, ItemState
from retinue.capabilities.inbox.schemas import Choice
from retinue.foundation import redaction
from retinue.foundation.database import Database
from tests.retinue.capabilities.inbox.conftest import ANNA, AVA, BLOCKED, told


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
