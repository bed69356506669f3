from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.errors import AttemptSettled, NoProbe
from retinue.capabilities.ledger.models import Attempt, AttemptState
from retinue.capabilities.ledger.schemas import (
    DeclineKind,
    Finding,
    Outcome,
    Reserved,
    SettledBy,
    Sight,
)
from retinue.capabilities.ledger.service.doubts import MOST_PROBES
from retinue.drivers.errors import CallPhase, FailureClass
from tests.factories.engaging import Engaged
from tests.retinue.capabilities.ledger.conftest import Ledger

UNKNOWN = Outcome(AttemptState.unknown, failure=FailureClass.transient, phase=CallPhase.sent)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def doubtful(book: Ledger, ava: Engaged, action: str = "like", **more: Any) -> str:
    reserved = book.reserve(ava, action=action, object_id="50001", **more)
    book.settle(reserved, UNKNOWN, **more)
    return reserved.attempt_id


def attempt(book: Ledger, attempt_id: str) -> Attempt:
    found = select(Attempt).where(Attempt.id == attempt_id)
    return book.db.scalars(found.execution_options(populate_existing=True)).one()


def items(book: Ledger) -> list[tuple[ItemKind, ItemState, str]]:
    return [(item.kind, item.state, item.subject_id) for item in inbox.page(book.db, ItemFilter())]


def look(book: Ledger, ava: Engaged, at: datetime, sight: Sight = Sight.unreadable) -> int:
    """Claim and note all that is due by then; how many looks were made."""
    claimed = ledger.claim_probes(book.db, ava.id, now=at, limit=10)
    for doubt in claimed:
        ledger.note_probe(book.db, doubt, Finding(sight, {"message": "no answer"}), now=at)
    return len(claimed)


class TestSteps:
    def test_a_like_or_a_follow_is_looked_for_after_one_minute(
        self, book: Ledger, ava: Engaged
    ) -> None:
        for action in ("like", "follow"):
            found = attempt(book, doubtful(book, ava, action))
            assert (found.next_probe_at, found.probes) == (book.noon + MINUTE, 0)
        assert items(book) == []

    def test_an_act_whose_process_died_is_looked_for_too(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.reserve(ava, session_id="s1")
        ledger.settle_open_of_session(book.db, "s1", now=book.noon + HOUR)
        assert attempt(book, reserved.attempt_id).next_probe_at == book.noon + HOUR + MINUTE

    def test_one_ten_sixty_and_360_minutes_and_then_a_person_is_asked(
        self, book: Ledger, ava: Engaged
    ) -> None:
        attempt_id = doubtful(book, ava)
        for minutes in (1, 10, 60, 360):
            due = book.noon + minutes * MINUTE
            assert attempt(book, attempt_id).next_probe_at == due
            assert look(book, ava, due - timedelta(seconds=1)) == 0
            assert items(book) == []
            assert look(book, ava, due) == 1

        found = attempt(book, attempt_id)
        assert (found.state, found.probes, found.next_probe_at) == (AttemptState.unknown, 4, None)
        assert items(book) == [(ItemKind.unknown_outcome, ItemState.open, attempt_id)]

    def test_every_look_leaves_its_evidence_beside_what_was_known(
        self, book: Ledger, ava: Engaged
    ) -> None:
        reserved = book.reserve(ava)
        book.settle(reserved, Outcome(AttemptState.unknown, message="reset by peer"))
        look(book, ava, book.noon + MINUTE)
        look(book, ava, book.noon + 10 * MINUTE, Sight.missing)
        evidence = attempt(book, reserved.attempt_id).evidence or {}
        assert evidence["message"] == "reset by peer"
        assert [(one["saw"], one["message"]) for one in evidence["probes"]] == [
            ("unreadable", "no answer"),
            ("missing", "no answer"),
        ]

    def test_looks_that_were_missed_are_not_made_up_in_a_burst(
        self, book: Ledger, ava: Engaged
    ) -> None:
        attempt_id = doubtful(book, ava)
        late = book.noon + timedelta(days=2)
        look(book, ava, late)
        assert attempt(book, attempt_id).next_probe_at == late + MINUTE

    def test_a_comment_gets_one_look_and_then_a_person(self, book: Ledger, ava: Engaged) -> None:
        attempt_id = doubtful(book, ava, "comment")
        assert items(book) == []
        look(book, ava, book.noon + MINUTE, Sight.missing)
        assert attempt(book, attempt_id).next_probe_at is None
        assert items(book) == [(ItemKind.unknown_outcome, ItemState.open, attempt_id)]

    def test_a_view_leaves_nothing_to_look_at_and_a_person_is_asked_at_once(
        self, book: Ledger, ava: Engaged
    ) -> None:
        attempt_id = doubtful(book, ava, "view")
        assert attempt(book, attempt_id).next_probe_at is None
        (item,) = inbox.page(book.db, ItemFilter())
        assert item.title == "Did ava's view of @otter happen?"
        assert (item.subject_kind, item.subject_id) == ("attempt", attempt_id)
        assert (item.details["failure"], item.details["phase"]) == ("transient", "sent")


class TestClaim:
    def test_of_many_one_gets_the_look(self, book: Ledger, ava: Engaged) -> None:
        doubtful(book, ava)
        due = book.noon + MINUTE
        assert len(ledger.claim_probes(book.db, ava.id, now=due, limit=10)) == 1
        assert ledger.claim_probes(book.db, ava.id, now=due, limit=10) == []

    def test_a_look_that_ends_its_process_is_counted_and_not_made_for_ever(
        self, book: Ledger, ava: Engaged
    ) -> None:
        attempt_id = doubtful(book, ava)
        now = book.noon
        looks = 0
        while (due := attempt(book, attempt_id).next_probe_at) is not None:
            now = due
            looks += len(ledger.claim_probes(book.db, ava.id, now=now))
        assert looks == MOST_PROBES
        assert items(book) == [(ItemKind.unknown_outcome, ItemState.open, attempt_id)]

    def test_due_accounts_come_the_longest_due_first(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        doubtful(book, ben)
        doubtful(book, ava, "follow", now=book.noon + MINUTE)
        assert ledger.due_accounts(book.db, now=book.noon + HOUR, limit=10) == [ben.id, ava.id]
        assert ledger.due_accounts(book.db, now=book.noon + MINUTE, limit=10) == [ben.id]


class TestPutOff:
    def test_an_account_that_may_not_look_waits_uncounted_and_in_the_end_a_person_is_asked(
        self, book: Ledger, ava: Engaged
    ) -> None:
        attempt_id = doubtful(book, ava)

        def put_off(at: datetime) -> None:
            ledger.put_off_probes(book.db, ava.id, until=at + HOUR, why="paused", now=at)

        put_off(book.noon + MINUTE)
        found = attempt(book, attempt_id)
        assert (found.probes, found.next_probe_at) == (0, book.noon + MINUTE + HOUR)
        put_off(book.noon + 7 * HOUR)
        assert attempt(book, attempt_id).next_probe_at is None
        assert items(book) == [(ItemKind.unknown_outcome, ItemState.open, attempt_id)]


class TestSettledOtherwise:
    @pytest.mark.parametrize("state", [AttemptState.confirmed, AttemptState.absent])
    def test_what_a_person_has_settled_is_asked_and_looked_for_no_more(
        self, book: Ledger, ava: Engaged, state: AttemptState
    ) -> None:
        attempt_id = doubtful(book, ava, "view")
        said = Outcome(state, settled_by=SettledBy.operator, evidence={"operator": "seen"})
        ledger.resolve(book.db, attempt_id, said, actor="operator:anna", now=book.noon)
        (item,) = inbox.page(book.db, ItemFilter())
        assert (item.state, item.resolution, item.resolved_by) == (
            ItemState.resolved,
            state.value,
            "operator:anna",
        )

    def test_so_is_what_a_late_answer_has_settled(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.reserve(ava, action="view")
        book.settle(reserved, UNKNOWN)
        book.settle(reserved)
        (item,) = inbox.page(book.db, ItemFilter())
        assert (item.state, item.resolved_by) == (ItemState.resolved, "response")

    def test_a_like_is_not_looked_for_any_more(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.reserve(ava)
        book.settle(reserved, UNKNOWN)
        book.settle(reserved)
        assert attempt(book, reserved.attempt_id).next_probe_at is None


class TestOneRepeat:
    """What a probe has found absent may come again by itself: once."""

    def absent(self, book: Ledger, ava: Engaged, at: datetime, by: SettledBy) -> Any:
        reserved = book.ask(ava, now=at)
        if not isinstance(reserved, Reserved):
            return reserved
        book.settle(reserved, UNKNOWN, now=at)
        gone = Outcome(AttemptState.absent, settled_by=by, evidence={})
        ledger.resolve(book.db, reserved.attempt_id, gone, actor=by.value, now=at)
        return reserved

    def test_the_second_absence_keeps_the_person_out_of_reach(
        self, book: Ledger, ava: Engaged
    ) -> None:
        for hour in range(2):
            answer = self.absent(book, ava, book.noon + hour * HOUR, SettledBy.probe)
            assert isinstance(answer, Reserved)
        declined = book.ask(ava, now=book.noon + 2 * HOUR)
        assert declined.kind is DeclineKind.dedupe_hit
        after = book.noon + timedelta(days=30, hours=2)
        assert isinstance(book.ask(ava, now=after), Reserved)

    def test_a_person_may_free_them_again_and_again(self, book: Ledger, ava: Engaged) -> None:
        for hour in range(3):
            answer = self.absent(book, ava, book.noon + hour * HOUR, SettledBy.operator)
            assert isinstance(answer, Reserved)


class TestAskForProbe:
    def test_it_is_due_now(self, book: Ledger, ava: Engaged) -> None:
        attempt_id = doubtful(book, ava)
        ledger.ask_for_probe(book.db, attempt_id, actor="operator:anna", now=book.noon)
        assert attempt(book, attempt_id).next_probe_at == book.noon

    def test_it_is_due_again_after_the_last_step(self, book: Ledger, ava: Engaged) -> None:
        attempt_id = doubtful(book, ava)
        for minutes in (1, 10, 60, 360):
            look(book, ava, book.noon + minutes * MINUTE)
        later = book.noon + timedelta(days=1)
        ledger.ask_for_probe(book.db, attempt_id, actor="operator:anna", now=later)
        assert look(book, ava, later) == 1
        assert len(items(book)) == 1

    def test_not_of_a_kind_that_leaves_no_trace(self, book: Ledger, ava: Engaged) -> None:
        attempt_id = doubtful(book, ava, "view")
        with pytest.raises(NoProbe, match="view"):
            ledger.ask_for_probe(book.db, attempt_id, actor="operator:anna", now=book.noon)

    def test_not_of_what_is_known(self, book: Ledger, ava: Engaged) -> None:
        done = book.act(ava)
        with pytest.raises(AttemptSettled):
            ledger.ask_for_probe(book.db, done.attempt_id, actor="operator:anna", now=book.noon)


class TestTextHash:
    def test_networks_may_tidy_a_text_up(self) -> None:
        assert ledger.text_hash("  Caf\u00e9  light\n") == ledger.text_hash("Cafe\u0301 light")
        assert ledger.text_hash("Nice") != ledger.text_hash("nice")
