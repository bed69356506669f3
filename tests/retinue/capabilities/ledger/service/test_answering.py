from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import CacheCounts, CheckedTarget
from retinue.capabilities.personas import service as personas
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import DoNotContactCreate
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import RuntimeSettings
from tests.factories.engaging import Engaged, engage, settings_of
from tests.retinue.capabilities.ledger.conftest import FLEET, SETTINGS, Ledger


class Asker:
    """A process that asks for one account, and what it remembers."""

    def __init__(self, book: Ledger, account: Engaged, *, most_people: int = 10) -> None:
        self.book = book
        self.account = account
        self.answers = ledger.Answers(most_people=most_people)

    def ask(
        self,
        handle: str = "otter",
        *,
        after: float = 0,
        in_force: RuntimeSettings = SETTINGS,
        action: str = "like",
    ) -> CheckedTarget:
        account = accounts.get(self.book.db, self.account.id)
        question = ledger.Question(account, action, in_force)
        now = self.book.noon + timedelta(seconds=after)
        return ledger.should_engage(self.book.db, question, handle, answers=self.answers, now=now)

    @property
    def counts(self) -> tuple[int, int]:
        return self.answers.counts.hits, self.answers.counts.misses


@pytest.fixture
def asker(book: Ledger, ava: Engaged) -> Asker:
    return Asker(book, ava)


class TestShouldEngage:
    def test_a_no_has_a_reason_and_an_end(self, asker: Asker) -> None:
        assert asker.ask() == CheckedTarget("otter", allowed=True)
        asker.book.act(asker.account)
        asker.answers.forget("sandgram", "@Otter")
        no = asker.ask("@Otter")
        assert (no.allowed, no.reason, no.until) == (
            False,
            "dedupe_hit",
            asker.book.noon + timedelta(days=30),
        )

    def test_it_is_remembered_for_five_minutes(self, asker: Asker) -> None:
        asker.ask()
        asker.book.act(asker.account)
        # What another process did meanwhile is not seen yet; `reserve` would see it.
        assert asker.ask(after=299).allowed
        assert not asker.ask(after=300).allowed
        assert asker.counts == (1, 2)

    def test_the_setting_says_how_long(self, asker: Asker) -> None:
        none = settings_of(cache_seconds=0)
        for _ in range(2):
            asker.ask(in_force=none)
        assert asker.counts == (0, 2)

    def test_a_clock_that_was_set_back_is_no_reason_to_remember(self, asker: Asker) -> None:
        asker.ask(after=60)
        asker.ask(after=0)
        assert asker.counts == (0, 2)

    def test_a_no_ends_with_its_reason(self, asker: Asker) -> None:
        wanted = DoNotContactCreate(
            handle="otter", reason="x", expires_at=asker.book.noon + timedelta(seconds=60)
        )
        safety.add_contact(
            asker.book.db, wanted, scope_key="fleet", actor="a test", now=asker.book.noon
        )
        assert [asker.ask(after=after).reason for after in (0, 59, 60)] == [
            "do_not_contact",
            "do_not_contact",
            None,
        ]
        assert asker.counts == (1, 2)

    def test_each_action_is_asked_for_itself(self, asker: Asker) -> None:
        asker.ask(action="like")
        asker.ask(action="comment")
        assert asker.counts == (0, 2)

    def test_what_is_about_the_account_is_never_remembered(
        self, asker: Asker, noon: datetime
    ) -> None:
        asker.ask()
        safety.pause(asker.book.db, action=None, reason="x", actor="a test", now=noon)
        assert asker.ask().reason == "fleet_paused"
        assert asker.counts == (1, 1)

    def test_memory_is_bounded(self, book: Ledger, ava: Engaged) -> None:
        asker = Asker(book, ava, most_people=2)
        for handle in ("p0", "p1", "p2", "p2", "p0"):
            asker.ask(handle)
        assert asker.counts == (1, 4)

    def test_many_are_asked_for_at_once_and_in_order(self, asker: Asker) -> None:
        asker.book.act(asker.account, "p1")
        asker.ask("p0")
        account = accounts.get(asker.book.db, asker.account.id)
        found = ledger.should_engage_all(
            asker.book.db,
            ledger.Question(account, "like", SETTINGS),
            ["@P1", "p0", "p1"],
            answers=asker.answers,
            now=asker.book.noon,
        )
        assert [(one.target, one.allowed) for one in found] == [
            ("@P1", False),
            ("p0", True),
            ("p1", False),
        ]
        assert asker.counts == (1, 2)


class TestSettingsThatChange:
    """Effective at once, for what is remembered and for what is decided."""

    def test_a_change_of_scope_is_obeyed_at_once(
        self, book: Ledger, db: Session, noon: datetime
    ) -> None:
        anna = personas.ensure(db, "anna", actor="a test", now=noon)
        ava = engage(db, "ava", now=noon, persona_id=anna.id)
        sister = engage(db, "sister", now=noon, persona_id=anna.id)
        stranger = engage(db, "stranger", now=noon)
        book.act(ava, settings=settings.current(db))
        askers = [Asker(book, sister), Asker(book, stranger)]
        for scope, free in (
            ("account", [True, True]),
            ("persona", [False, True]),
            ("fleet", [False, False]),
            ("account", [True, True]),
        ):
            settings.update(db, {"dedup_scope": scope}, actor="a test", now=noon)
            in_force = settings.current(db)
            assert [one.ask(in_force=in_force).allowed for one in askers] == free
            for asker, is_free in zip(askers, free, strict=True):
                (checked,) = ledger.check(
                    db,
                    accounts.get(db, asker.account.id),
                    "like",
                    ["otter"],
                    settings=in_force,
                    now=noon,
                )
                assert checked.allowed is is_free
        for scope, asker in (("persona", askers[0]), ("fleet", askers[1])):
            settings.update(db, {"dedup_scope": scope}, actor="a test", now=noon)
            declined = book.ask(asker.account, settings=settings.current(db))
            assert declined.rule == f"window:{scope}"

    def test_each_action_has_a_window_of_its_own(self, asker: Asker) -> None:
        book = asker.book
        in_force = settings_of(reengagement_days=30, reengagement_days_by_action={"comment": 90})
        for action in ("like", "comment"):
            book.act(asker.account, action=action, settings=in_force)
            assert asker.ask(action=action, in_force=in_force).until == book.noon + timedelta(
                days=30 if action == "like" else 90
            )

    def test_another_version_of_the_settings_forgets_everything(self, asker: Asker) -> None:
        asker.ask()
        asker.ask(in_force=FLEET.model_copy(update={"version": 7}))
        assert asker.counts == (0, 2)


class TestCounts:
    def test_processes_add_what_they_have_counted(self, db: Session, noon: datetime) -> None:
        assert ledger.cache_counts(db) == CacheCounts(0, 0)
        for hour in (0, 0, 2):
            ledger.note_cache(db, CacheCounts(3, 1), now=noon + timedelta(hours=hour, minutes=7))
        ledger.note_cache(db, CacheCounts(), now=noon)
        assert ledger.cache_counts(db) == CacheCounts(9, 3)
        assert ledger.cache_counts(db, since=noon + timedelta(hours=1)) == CacheCounts(3, 1)
        assert (CacheCounts(9, 3).hit_rate, CacheCounts().hit_rate) == (0.75, None)
