"""The limits of young accounts, where they are decided and where they are shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import DeclineKind, Outcome, PlanLimits, Reserved
from retinue.capabilities.safety import service as safety
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.engaging import Engaged, engage, settings_of
from tests.retinue.capabilities.ledger.conftest import SETTINGS, Ledger

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIFTY = PlanLimits(per_hour=50, per_day=50, seconds_apart=0)


@pytest.fixture
def young(db: Session, ava: Engaged, noon: datetime) -> Engaged:
    """Three days ago it came out of its warm-up."""
    account = accounts.get(db, ava.id)
    account.active_since = account.warmed_up_at = noon - 3 * DAY
    db.flush()
    return ava


class TestReserve:
    def test_the_ramp_stops_the_thirteenth_of_fifty_on_the_fourth_day(
        self, book: Ledger, young: Engaged
    ) -> None:
        for number in range(12):
            book.act(young, f"p{number}", plan_limits=FIFTY)
        answer = book.ask(young, "p13", plan_limits=PlanLimits(per_day=50, seconds_apart=0))
        assert (answer.kind, answer.rule) == (DeclineKind.limit, "daily_limit")
        assert answer.reason == (
            "like: the limit of the last 24 hours is used up. "
            "Limit today 12 of 50: day 4 after warm-up."
        )
        assert answer.until == book.noon + DAY
        seen = ledger.why(book.db, young.id, "p13")[0].rules[-1]
        assert (seen["value"], seen["threshold"], seen["verdict"]) == (12, 12, "stop")
        assert "12 of 50: day 4 after warm-up" in seen["message"]

    def test_the_trace_of_an_act_names_it_too(self, book: Ledger, young: Engaged) -> None:
        book.act(young, "p0", plan_limits=FIFTY)
        by_rule = {rule["rule"]: rule for rule in ledger.why(book.db, young.id, "p0")[0].rules}
        assert by_rule["daily_limit"]["message"] == "limit today 12 of 50: day 4 after warm-up"

    def test_the_next_day_allows_more(self, book: Ledger, young: Engaged) -> None:
        for number in range(12):
            book.act(young, f"p{number}", plan_limits=FIFTY)
        later = book.noon + DAY - HOUR
        assert not isinstance(book.ask(young, "p13", plan_limits=FIFTY, now=later), Reserved)
        tomorrow = book.noon + DAY
        assert isinstance(book.ask(young, "p13", plan_limits=FIFTY, now=tomorrow), Reserved)

    def test_an_account_that_never_warmed_up_keeps_its_whole_limits(
        self, book: Ledger, ava: Engaged
    ) -> None:
        for number in range(13):
            book.act(ava, f"p{number}", plan_limits=FIFTY)
        everybody = settings_of(ramp={"all_accounts": True})
        answer = book.ask(ava, "p13", plan_limits=FIFTY, settings=everybody)
        assert "5 of 50: day 1, it is not active yet" in answer.reason

    def test_a_rate_limit_halves_what_is_left(self, book: Ledger, young: Engaged) -> None:
        limited = Outcome(AttemptState.refused, FailureClass.rate_limit, CallPhase.answered, "slow")
        book.settle(book.reserve(young, "p0", plan_limits=FIFTY), limited)
        later = book.noon + HOUR
        for number in range(1, 7):
            book.act(young, f"p{number}", plan_limits=FIFTY, now=later)
        answer = book.ask(young, "p9", plan_limits=FIFTY, now=later)
        assert "6 of 50: day 4 after warm-up, 50 % of that until" in answer.reason

    def test_it_asks_no_more_questions_than_for_an_old_account(
        self, book: Ledger, young: Engaged, ben: Engaged
    ) -> None:
        def statements(account: Engaged) -> int:
            seen: list[str] = []

            def note(*given: object) -> None:
                seen.append(str(given[2]))

            connection = book.db.connection()
            event.listen(connection, "before_cursor_execute", note)
            book.reserve(account, "p1", plan_limits=FIFTY)
            event.remove(connection, "before_cursor_execute", note)
            return len(seen)

        book.act(young, "p0")
        book.act(ben, "p1", now=book.noon - HOUR)
        book.reserve(young, "p1", now=book.noon - HOUR, plan_limits=FIFTY)
        assert statements(engage(book.db, "cleo", now=book.noon)) == statements(
            _as_young(book.db, engage(book.db, "dora", now=book.noon), book.noon)
        )


def _as_young(db: Session, engaged: Engaged, noon: datetime) -> Engaged:
    account = accounts.get(db, engaged.id)
    account.active_since = account.warmed_up_at = noon
    db.flush()
    return engaged


class TestLifecycle:
    @staticmethod
    def move(db: Session, account: Account, to: Lifecycle, now: datetime) -> None:
        wanted = AccountChange(lifecycle=to, reason="a test")
        accounts.change(db, account.id, wanted, actor="a test", now=now)

    def test_the_end_of_a_warm_up_begins_the_ramp_and_retiring_forgets_it(
        self, db: Session, ava: Engaged, noon: datetime
    ) -> None:
        account = accounts.get(db, engage(db, "cleo", now=noon - 400 * DAY).id)
        account.lifecycle = Lifecycle.warming_up
        self.move(db, account, Lifecycle.active, noon)
        assert (account.active_since, account.warmed_up_at) == (noon, noon)
        self.move(db, account, Lifecycle.ready, noon + DAY)
        assert (account.active_since, account.warmed_up_at) == (None, noon)
        self.move(db, account, Lifecycle.active, noon + 2 * DAY)
        assert (account.active_since, account.warmed_up_at) == (noon + 2 * DAY, noon)
        self.move(db, account, Lifecycle.retired, noon + 3 * DAY)
        assert (account.active_since, account.warmed_up_at) == (None, None)


class TestForecast:
    def test_it_tells_the_next_thirty_days_by_the_rule_that_an_intent_asks(
        self, db: Session, young: Engaged, noon: datetime
    ) -> None:
        account = accounts.get(db, young.id)
        found = safety.forecast(db, account, now=noon + HOUR)
        assert len(found.days) == 30
        assert (found.ramps, found.reason) == (True, "day 4 after warm-up")
        assert found.full_at == noon - 3 * DAY + 29 * DAY
        likes = [day.limits["like"].per_day for day in found.days]
        assert likes == sorted(likes)
        assert (likes[0], likes[-1], found.caps["like"].per_day) == (119, 500, 500)
        assert found.days[1].begins_at == noon + DAY
        for day in found.days:
            shown = ledger.limits(
                db,
                account.id,
                settings=settings.current(db),
                now=day.begins_at,
                step=safety.ramp_step_of(db, account, settings=SETTINGS, now=day.begins_at),
            )
            assert shown["like"].per_day == day.limits["like"].per_day

    def test_the_limits_of_all_are_those_of_the_young_and_of_the_others(
        self, db: Session, young: Engaged, ben: Engaged, noon: datetime
    ) -> None:
        shares = safety.shares(db, settings=SETTINGS, now=noon)
        assert list(shares.values()) == [1]
        assert safety.limit_of_all(50, 2, shares) == 62
        assert safety.shares(db, settings=SETTINGS, now=noon + 40 * DAY) == {}
        assert ben.id != young.id

    def test_an_account_with_its_whole_limits_says_why(
        self, db: Session, ava: Engaged, noon: datetime
    ) -> None:
        found = safety.forecast(db, accounts.get(db, ava.id), now=noon)
        assert (found.ramps, {day.share for day in found.days}) == (False, {1.0})
        assert "without a warm-up" in found.reason

    def test_it_is_shown_over_http_and_beside_the_limits(
        self, local: TestClient, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            engaged = _as_young(db, engage(db, "cleo", now=clock.now()), clock.now())
        answer = local.get(f"/api/accounts/{engaged.id}/forecast")
        assert answer.status_code == 200, answer.text
        assert answer.json()["days"][0]["limits"]["like"] == {"per_hour": 6, "per_day": 50}
        assert local.get("/api/accounts/999999/forecast").status_code == 404
        like = local.get("/interaction_limits?account=cleo").json()["limits"]["like"]
        assert (like["per_day"], like["cap_per_day"]) == (50, 500)
        assert like["reason"] == "50 of 500 today: day 1 after warm-up"
