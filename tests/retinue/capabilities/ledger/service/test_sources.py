from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState, KnownFollower, Target
from retinue.capabilities.ledger.schemas import Outcome
from retinue.drivers.network.protocol import Person
from tests.factories.engaging import Engaged
from tests.retinue.capabilities.ledger.conftest import Ledger

GULLS, TERNS = "blogger-followers:gulls", "hashtag-posts-recent:terns"


def person(handle: str) -> Person:
    return Person(f"id-{handle}", handle)


class Board:
    def __init__(self, book: Ledger) -> None:
        self.db: Session = book.db
        self.book = book
        self.noon = book.noon

    def contact(
        self, account: Engaged, handle: str, source: str | None = GULLS, **more: Any
    ) -> None:
        self.book.act(account, handle, source=source, **more)

    def see(self, account: Engaged, *handles: str, **after: float) -> int:
        now = self.noon + timedelta(**after)
        people = [person(handle) for handle in handles]
        return ledger.note_followers(self.db, account.id, "sandgram", people, now=now)

    def count(self) -> None:
        """What the job does every minute."""
        while ledger.tally(self.db, now=self.noon, chunk=3):
            pass

    def rows(self, *, days: int = 14, accounts: set[int] | None = None) -> dict[str, Any]:
        self.count()
        return {one.source: one for one in ledger.scoreboard(self.db, accounts=accounts, days=days)}

    def pairs(self, **asked: Any) -> dict[str, tuple[int, int]]:
        return {
            source: (one.contacted, one.followed_back) for source, one in self.rows(**asked).items()
        }


@pytest.fixture
def board(book: Ledger) -> Board:
    return Board(book)


class TestScoreboard:
    def test_nobody_contacted_is_an_empty_board(self, board: Board) -> None:
        assert board.rows() == {}

    def test_the_surest_source_comes_first(self, board: Board, ava: Engaged) -> None:
        for number in range(8):
            board.contact(ava, f"gull_{number}", GULLS)
        board.contact(ava, "tern", TERNS)
        assert board.see(ava, *(f"gull_{number}" for number in range(5)), "tern", days=1) == 6
        board.count()
        first, second = ledger.scoreboard(board.db, accounts=None, days=14)
        assert (first.source, first.contacted, first.followed_back) == (GULLS, 8, 5)
        assert (first.rate, first.accounts) == (0.625, 1)
        assert (first.low, first.high) == pytest.approx((0.3057, 0.8632), abs=5e-5)
        assert (second.source, second.rate) == (TERNS, 1.0)
        assert second.low == pytest.approx(0.2065, abs=5e-5)
        assert first.first_at == first.last_at == board.noon

    def test_a_person_counts_for_the_source_of_the_first_contact(
        self, board: Board, ava: Engaged, ben: Engaged
    ) -> None:
        board.contact(ava, "otter", GULLS)
        board.contact(ava, "otter", TERNS, action="follow")
        board.contact(ben, "otter", TERNS)
        board.see(ava, "otter", days=1)
        assert board.pairs() == {GULLS: (1, 1), TERNS: (1, 0)}
        assert board.pairs(accounts={ben.id}) == {TERNS: (1, 0)}

    def test_following_later_than_the_days_does_not_count(self, board: Board, ava: Engaged) -> None:
        board.contact(ava, "otter")
        board.contact(ava, "fox")
        board.see(ava, "otter", days=3)
        board.see(ava, "otter", "fox", days=4)
        assert board.pairs(days=2) == {GULLS: (2, 0)}
        assert board.pairs(days=3) == {GULLS: (2, 1)}
        assert board.pairs(days=4) == {GULLS: (2, 2)}

    def test_whoever_followed_before_the_contact_is_left_out(
        self, board: Board, ava: Engaged, ben: Engaged
    ) -> None:
        ledger.note_follower(board.db, ava.id, "sandgram", person("otter"), now=board.noon)
        for account in (ava, ben):
            board.contact(account, "otter")
        board.contact(ava, "fox")
        assert board.see(ava, "otter", "fox", days=1) == 1
        assert board.pairs() == {GULLS: (2, 1)}
        assert board.pairs(accounts={ava.id}) == {GULLS: (1, 1)}

    @pytest.mark.parametrize("state", [AttemptState.refused, AttemptState.unknown])
    def test_only_what_is_known_to_have_happened_is_a_contact(
        self, board: Board, ava: Engaged, state: AttemptState
    ) -> None:
        reserved = board.book.reserve(ava, "otter", source=GULLS)
        board.book.settle(reserved, Outcome(state))
        assert board.pairs() == {}
        board.contact(ava, "by_hand", None)
        assert board.pairs() == {}

    def test_an_open_outcome_says_nothing_until_it_is_known(
        self, board: Board, ava: Engaged, noon: datetime
    ) -> None:
        reserved = board.book.reserve(ava, "otter", source=GULLS)
        board.book.settle(reserved, Outcome(AttemptState.unknown))
        assert board.see(ava, "otter", days=1) == 0
        ledger.resolve(
            board.db, reserved.attempt_id, Outcome(AttemptState.confirmed), actor="a test", now=noon
        )
        assert board.see(ava, "otter", days=2) == 1
        assert board.pairs() == {GULLS: (1, 1)}

    def test_two_names_of_one_person_are_one_contact(self, board: Board, ava: Engaged) -> None:
        board.contact(ava, "otter", GULLS)
        board.contact(ava, "nameless", TERNS, network_id="")
        assert board.pairs() == {GULLS: (1, 0), TERNS: (1, 0)}
        board.contact(ava, "nameless", TERNS, action="follow", network_id="id-otter")
        assert board.pairs() == {GULLS: (1, 0)}

    def test_a_contact_under_a_bare_name_stays_one(self, board: Board, ava: Engaged) -> None:
        board.book.reserve(ava, "otter", action="view", network_id="id-otter")
        board.contact(ava, "nameless", TERNS, network_id="")
        assert board.pairs() == {TERNS: (1, 0)}
        board.contact(ava, "nameless", GULLS, action="follow", network_id="id-otter")
        assert board.pairs() == {TERNS: (1, 0)}

    def test_counting_in_other_steps_comes_to_the_same(self, board: Board, ava: Engaged) -> None:
        for number in range(7):
            board.contact(ava, f"gull_{number}", GULLS if number % 2 else TERNS)
            if number % 3 == 0:
                board.count()
        assert board.pairs() == {GULLS: (3, 0), TERNS: (4, 0)}


class TestNoteFollowers:
    def test_the_first_look_stays(self, board: Board, ava: Engaged) -> None:
        board.contact(ava, "otter")
        assert board.see(ava, "otter", days=1) == 1
        assert board.see(ava, "otter", days=9) == 0
        row = board.db.execute(select(KnownFollower)).scalar_one()
        assert row.first_seen_at == board.noon + timedelta(days=1)
        assert row.contacted_at == board.noon
        assert row.after_seconds == 86_400

    def test_strangers_leave_no_trace(self, board: Board, ava: Engaged) -> None:
        assert board.see(ava, "stranger") == 0
        assert board.see(ava) == 0
        for record in (KnownFollower, Target):
            assert board.db.execute(select(func.count()).select_from(record)).scalar_one() == 0

    def test_a_person_is_known_by_the_id_under_any_name(self, board: Board, ava: Engaged) -> None:
        board.contact(ava, "otter")
        renamed = Person("id-otter", "sea_otter")
        now = board.noon + timedelta(hours=1)
        assert ledger.note_followers(board.db, ava.id, "sandgram", [renamed], now=now) == 1

    def test_whether_anybody_was_contacted(self, board: Board, ava: Engaged, ben: Engaged) -> None:
        assert not ledger.has_contacts(board.db, ava.id)
        board.contact(ava, "otter")
        assert ledger.has_contacts(board.db, ava.id)
        assert not ledger.has_contacts(board.db, ben.id)
