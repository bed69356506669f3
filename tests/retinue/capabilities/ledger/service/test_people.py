from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import (
    AttemptState,
    Target,
)
from retinue.capabilities.ledger.schemas import (
    DeclineKind,
    Outcome,
    Reserved,
    RuleSeen,
    Skip,
)
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.network.protocol import Person
from tests.factories.engaging import Engaged
from tests.retinue.capabilities.ledger.conftest import Ledger


class TestPeople:
    def test_a_renamed_person_stays_the_same(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "otter", network_id="7")
        assert book.ask(ava, "sea_otter", network_id="7").kind is DeclineKind.dedupe_hit
        assert book.db.execute(select(Target.handle)).scalars().all() == ["sea_otter"]

    def test_a_handle_that_changes_hands_is_another_person(
        self, book: Ledger, ava: Engaged
    ) -> None:
        book.act(ava, "otter", network_id="7")
        assert isinstance(book.ask(ava, "otter", network_id="8"), Reserved)

    def test_two_people_who_swap_their_handles_are_told_apart(
        self, book: Ledger, ava: Engaged
    ) -> None:
        book.act(ava, "otter", network_id="7")
        book.act(ava, "seal", network_id="8")
        for handle, network_id in (("seal", "7"), ("otter", "8")):
            assert book.ask(ava, handle, network_id=network_id).kind is DeclineKind.dedupe_hit

    def test_a_handle_learns_its_id(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "otter", network_id="")
        assert book.ask(ava, "otter", network_id="7").kind is DeclineKind.dedupe_hit
        assert book.ask(ava, "renamed", network_id="7").kind is DeclineKind.dedupe_hit

    def test_a_bare_handle_is_merged_into_the_person_it_belongs_to(
        self, book: Ledger, ava: Engaged
    ) -> None:
        book.act(ava, "otter", network_id="7", action="follow")
        liked = book.act(ava, "sea_otter", network_id="", action="like")
        answers = [
            book.ask(ava, "sea_otter", network_id="7", action=action)
            for action in ("like", "follow")
        ]
        assert [answer.kind for answer in answers] == [DeclineKind.dedupe_hit] * 2
        merged = book.db.execute(
            select(Target.merged_into_id).where(Target.id == liked.target_id)
        ).scalar_one()
        assert merged is not None

    def test_case_and_at_sign_make_no_difference(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "Otter", network_id="")
        assert book.ask(ava, "@OTTER", network_id="").kind is DeclineKind.dedupe_hit

    def test_someone_seen_again_is_available_again(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        otter = Person("id-otter", "otter")
        ledger.remember_unavailable(book.db, "sandgram", otter, now=noon)
        assert book.ask(ava).kind is DeclineKind.target_unavailable
        ledger.remember_available(book.db, "sandgram", otter, now=noon)
        assert isinstance(book.ask(ava), Reserved)


class TestSkip:
    def test_it_leaves_a_trace_and_an_event(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        skipped = Skip(
            account_id=ava.id,
            network="sandgram",
            target=Person("id-otter", "Otter"),
            reason="min_followers",
            rules=(
                RuleSeen("skip_if_private", value=False, threshold=True, passed=True),
                RuleSeen(
                    "min_followers", 12, 100, passed=False, message="12 followers, at least 100"
                ),
            ),
        )
        ledger.skip(book.db, skipped, now=noon)
        assert book.events() == [("skipped", "otter")]
        (trace,) = ledger.why(book.db, ava.id, "@OTTER")
        assert (trace.verdict, trace.rule, trace.rules[1]["value"]) == (
            "skipped",
            "min_followers",
            12,
        )


def refusal(failure: FailureClass) -> Outcome:
    return Outcome(
        AttemptState.refused, failure=failure, phase=CallPhase.answered, message=str(failure)
    )


def engage_again(book: Ledger, account: Engaged, *, now: datetime) -> Any:
    return book.ask(account, now=now)
