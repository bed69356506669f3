from __future__ import annotations

from datetime import datetime, timedelta

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.schemas import CheckedTarget, EventFilter, PlanLimits
from retinue.capabilities.safety import service as safety
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.network.protocol import Person
from tests.factories.engaging import Engaged, settings_of
from tests.retinue.capabilities.ledger.conftest import FLEET, SETTINGS, Ledger


def check(
    book: Ledger, account: Engaged, *handles: str, settings: RuntimeSettings = SETTINGS
) -> list[CheckedTarget]:
    row = accounts.get(book.db, account.id)
    return ledger.check(book.db, row, "like", handles, settings=settings, now=book.noon)


class TestCheck:
    def test_it_answers_in_the_order_asked_with_reason_and_end(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        book.act(ava, "otter")
        ledger.remember_unavailable(book.db, "sandgram", Person("", "ghost"), now=noon)
        until = noon + timedelta(days=30)
        assert check(book, ava, "@Otter", "stranger", "ghost", "otter") == [
            CheckedTarget("@Otter", allowed=False, reason="dedupe_hit", until=until),
            CheckedTarget("stranger", allowed=True),
            CheckedTarget("ghost", allowed=False, reason="target_unavailable", until=until),
            CheckedTarget("otter", allowed=False, reason="dedupe_hit", until=until),
        ]

    def test_it_follows_the_scope_in_force(self, book: Ledger, ava: Engaged, ben: Engaged) -> None:
        book.act(ava, "otter")
        assert check(book, ben, "otter")[0].allowed
        assert not check(book, ben, "otter", settings=FLEET)[0].allowed

    def test_a_paused_fleet_is_the_reason_for_everyone_else(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        book.act(ava, "otter")
        safety.pause(book.db, action=None, reason="audit", actor="a test", now=noon)
        reasons = [one.reason for one in check(book, ava, "otter", "stranger")]
        assert reasons == ["dedupe_hit", "fleet_paused"]

    def test_a_used_up_limit_is_a_reason(self, book: Ledger, ava: Engaged) -> None:
        limit = {"per_hour": 1, "per_day": 9, "seconds_apart": 0.0}
        settings = settings_of(limits={"like": limit, "other": limit})
        book.act(ava, "otter")
        (answer,) = check(book, ava, "stranger", settings=settings)
        assert (answer.reason, answer.until) == ("hourly_limit", book.noon + timedelta(hours=1))

    def test_ten_thousand_names_at_once(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "person_77")
        answers = check(book, ava, *(f"person_{number}" for number in range(10_000)))
        assert [one.target for one in answers if not one.allowed] == ["person_77"]

    def test_a_single_look_up_says_the_same(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "otter")
        row = accounts.get(book.db, ava.id)
        told = [
            ledger.is_engaged(book.db, row, handle, action="like", settings=SETTINGS, now=book.noon)
            for handle in ("@Otter", "stranger")
        ]
        assert told == [True, False]


class TestEvents:
    def test_they_come_newest_first_page_by_page(self, book: Ledger, ava: Engaged) -> None:
        for number in range(5):
            # Two of them share their moment: the id decides.
            book.act(ava, f"p{number}", now=book.noon + timedelta(minutes=number // 2))
        first = ledger.events(book.db, EventFilter(), limit=2)
        last = (first[-1].ts, first[-1].id)
        second = ledger.events(book.db, EventFilter(), before=last, limit=5)
        names = [row.target_username for row in (*first, *second)]
        assert names == ["p4", "p3", "p2", "p1", "p0"]

    def test_each_filter_narrows(self, book: Ledger, ava: Engaged, ben: Engaged) -> None:
        book.act(ava, "p0", session_id="s1", task_id="t1")
        book.act(ben, "p1", action="follow", now=book.noon + timedelta(hours=1))
        for wanted in (
            EventFilter(account_id=ava.id),
            EventFilter(account_ids=frozenset({ava.id})),
            EventFilter(target="p0"),
            EventFilter(actions=("like",)),
            EventFilter(until=book.noon + timedelta(hours=1)),
            EventFilter(session_id="s1"),
            EventFilter(task_id="t1"),
        ):
            found = [row.target_username for row in ledger.events(book.db, wanted)]
            assert (found, ledger.count_events(book.db, wanted)) == (["p0"], 1)
        assert ledger.count_events(book.db, EventFilter(status=EventStatus.success)) == 2
        assert ledger.count_events(book.db, EventFilter(since=book.noon)) == 2

    def test_nobody_sees_events_of_accounts_that_are_not_theirs(
        self, book: Ledger, ava: Engaged
    ) -> None:
        book.act(ava)
        assert ledger.events(book.db, EventFilter(account_ids=frozenset())) == []


class TestWhy:
    def test_the_newest_decision_comes_first(self, book: Ledger, ava: Engaged) -> None:
        plan = PlanLimits(seconds_apart=0)
        book.act(ava, plan_limits=plan)
        book.ask(ava, plan_limits=plan, now=book.noon + timedelta(hours=1))
        found = ledger.why(book.db, ava.id, "Otter")
        assert [row.verdict for row in found] == ["skipped", "engaged"]
        before = (found[0].at, found[0].id)
        assert [row.verdict for row in ledger.why(book.db, ava.id, "otter", before=before)] == [
            "engaged"
        ]
        assert ledger.why(book.db, ava.id, "otter", action="follow") == []
