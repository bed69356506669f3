from __future__ import annotations

from datetime import timedelta

from retinue.capabilities.ledger.models import (
    AttemptState,
)
from retinue.capabilities.ledger.schemas import (
    DeclineKind,
    Outcome,
    PlanLimits,
    Reserved,
)
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.errors import CallPhase, FailureClass
from tests.factories.engaging import Engaged
from tests.retinue.capabilities.ledger.conftest import Ledger

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestLimits:
    def test_the_hourly_limit_counts_sixty_minutes_back(self, book: Ledger, ava: Engaged) -> None:
        plan = PlanLimits(per_hour=2, seconds_apart=0)
        for number in range(2):
            book.act(
                ava, f"p{number}", plan_limits=plan, now=book.noon + number * timedelta(minutes=10)
            )
        answer = book.ask(ava, "p3", plan_limits=plan, now=book.noon + timedelta(minutes=20))
        assert (answer.kind, answer.rule, answer.until) == (
            DeclineKind.limit,
            "hourly_limit",
            book.noon + HOUR,
        )
        assert isinstance(book.ask(ava, "p3", plan_limits=plan, now=book.noon + HOUR), Reserved)

    def test_the_daily_limit_counts_24_hours_back_and_not_from_midnight(
        self, book: Ledger, ava: Engaged
    ) -> None:
        plan = PlanLimits(per_day=1, seconds_apart=0)
        late = book.noon.replace(hour=23, minute=59)
        book.act(ava, "p0", plan_limits=plan, now=late)
        after_midnight = late + timedelta(minutes=2)
        assert book.ask(ava, "p1", plan_limits=plan, now=after_midnight).rule == "daily_limit"
        assert isinstance(book.ask(ava, "p1", plan_limits=plan, now=late + DAY), Reserved)

    def test_the_interval_of_the_settings_keeps_acts_apart(
        self, book: Ledger, ava: Engaged
    ) -> None:
        book.act(ava, "p0", plan_limits=None)
        soon = book.ask(ava, "p1", plan_limits=None, now=book.noon + timedelta(seconds=5))
        assert (soon.rule, soon.until) == ("interval", book.noon + timedelta(seconds=20))
        assert isinstance(book.ask(ava, "p1", plan_limits=None, now=soon.until), Reserved)

    def test_the_interval_of_the_plan_replaces_it(self, book: Ledger, ava: Engaged) -> None:
        plan = PlanLimits(seconds_apart=90)
        book.act(ava, "p0", plan_limits=plan)
        soon = book.ask(ava, "p1", plan_limits=plan, now=book.noon + timedelta(seconds=30))
        assert soon.until == book.noon + timedelta(seconds=90)

    def test_a_plan_cannot_loosen_a_count(self, book: Ledger, ava: Engaged) -> None:
        settings = RuntimeSettings.model_validate(
            {
                "limits": {
                    name: {"per_hour": 1, "per_day": 9, "seconds_apart": 0.0}
                    for name in ("like", "other")
                }
            }
        )
        plan = PlanLimits(per_hour=50, seconds_apart=0)
        book.act(ava, "p0", plan_limits=plan, settings=settings)
        assert book.ask(ava, "p1", plan_limits=plan, settings=settings).rule == "hourly_limit"

    def test_unknown_outcomes_and_open_intents_count(self, book: Ledger, ava: Engaged) -> None:
        plan = PlanLimits(per_hour=2, seconds_apart=0)
        book.settle(book.reserve(ava, "p0", plan_limits=plan), Outcome(AttemptState.unknown))
        book.reserve(ava, "p1", plan_limits=plan)
        assert book.ask(ava, "p2", plan_limits=plan).rule == "hourly_limit"

    def test_refused_acts_do_not_count(self, book: Ledger, ava: Engaged) -> None:
        plan = PlanLimits(per_hour=1, seconds_apart=0)
        book.settle(book.reserve(ava, "p0", plan_limits=plan), refusal(FailureClass.target_private))
        assert isinstance(book.ask(ava, "p1", plan_limits=plan), Reserved)

    def test_an_unnamed_action_has_the_limits_of_other(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "p0", "share", plan_limits=None)
        answer = book.ask(
            ava, "p1", "share", plan_limits=None, now=book.noon + timedelta(seconds=59)
        )
        assert answer.rule == "interval"

    def test_accounts_do_not_share_limits(self, book: Ledger, ava: Engaged, ben: Engaged) -> None:
        plan = PlanLimits(per_hour=1, seconds_apart=0)
        book.act(ava, "p0", plan_limits=plan)
        assert isinstance(book.ask(ben, "p1", plan_limits=plan), Reserved)


def refusal(failure: FailureClass) -> Outcome:
    return Outcome(
        AttemptState.refused, failure=failure, phase=CallPhase.answered, message=str(failure)
    )
