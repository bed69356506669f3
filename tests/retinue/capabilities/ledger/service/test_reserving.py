from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Health, Lifecycle
from retinue.capabilities.ledger.models import (
    Attempt,
    AttemptState,
    DecisionTrace,
    Window,
)
from retinue.capabilities.ledger.schemas import (
    Declined,
    DeclineKind,
    Outcome,
    Reserved,
)
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.safety import service as safety
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases
from tests.factories.engaging import Engaged, engage, settings_of
from tests.retinue.capabilities.ledger.conftest import FLEET, Ledger

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestReserve:
    def test_an_intent_is_written_before_anything_is_sent(self, book: Ledger, ava: Engaged) -> None:
        reserved = book.reserve(ava, object_id="post-1", source="blogger:luna")
        attempt = book.db.get(Attempt, reserved.attempt_id)
        assert attempt is not None
        assert (attempt.state, attempt.object_id, attempt.target_username) == (
            AttemptState.intent,
            "post-1",
            "otter",
        )
        assert attempt.held_until == book.noon + 30 * DAY

    def test_a_person_is_engaged_once_within_the_window(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava)
        again = book.ask(ava)
        assert (again.kind, again.until) == (DeclineKind.dedupe_hit, book.noon + 30 * DAY)
        assert again.is_about_target
        assert book.events() == [("success", "otter"), ("dedupe_hit", "otter")]

    def test_a_dedupe_hit_leaves_the_windows_as_they_were(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        first = book.reserve(ava, settings=FLEET)
        assert isinstance(book.ask(ben, settings=FLEET), Declined)
        rows = book.db.execute(select(Window.scope_key, Window.attempt_id)).all()
        assert {tuple(row) for row in rows} == {
            (f"account:{ava.id}", first.attempt_id),
            ("fleet", first.attempt_id),
        }
        assert book.count(Attempt) == 1

    def test_an_open_intent_keeps_the_person_taken(self, book: Ledger, ava: Engaged) -> None:
        book.reserve(ava)
        assert book.ask(ava, now=book.noon + DAY).kind is DeclineKind.dedupe_hit

    def test_after_the_window_the_person_is_free_again(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava)
        renewed = engage_again(book, ava, now=book.noon + 30 * DAY)
        assert isinstance(renewed, Reserved)

    def test_one_moment_before_its_end_the_window_still_holds(
        self, book: Ledger, ava: Engaged
    ) -> None:
        book.act(ava)
        almost = book.noon + 30 * DAY - timedelta(microseconds=1)
        assert engage_again(book, ava, now=almost).kind is DeclineKind.dedupe_hit

    def test_actions_have_windows_of_their_own(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, action="like")
        assert isinstance(book.ask(ava, action="follow"), Reserved)

    def test_a_window_may_be_shorter_for_one_action(self, book: Ledger, ava: Engaged) -> None:
        settings = settings_of(reengagement_days_by_action={"view": 2})
        book.reserve(ava, action="view", settings=settings)
        assert book.ask(ava, action="view", settings=settings).until == book.noon + 2 * DAY

    def test_scope_account_lets_two_accounts_engage_one_person(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        book.act(ava)
        assert isinstance(book.ask(ben), Reserved)

    def test_scope_fleet_lets_only_one_of_them(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        book.act(ava, settings=FLEET)
        assert book.ask(ben, settings=FLEET).kind is DeclineKind.dedupe_hit

    def test_the_scope_may_change_at_any_time(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        book.act(ava)
        assert book.ask(ben, settings=FLEET).kind is DeclineKind.dedupe_hit

    def test_scope_persona_joins_the_accounts_of_a_persona(
        self, db: Session, noon: datetime
    ) -> None:
        db.add(Persona(id=5, name="Ava", name_key="ava", created_at=noon))
        db.flush()
        book = Ledger(db, noon)
        one, two = (engage(db, login, now=noon, persona_id=5) for login in ("one", "two"))
        other = engage(db, "other", now=noon)
        settings = settings_of(dedup_scope="persona")
        book.act(one, settings=settings)
        assert book.ask(two, settings=settings).kind is DeclineKind.dedupe_hit
        assert isinstance(book.ask(other, settings=settings), Reserved)

    def test_an_account_that_joins_a_persona_meanwhile_has_its_people_at_once(
        self, db: Session, noon: datetime
    ) -> None:
        db.add(Persona(id=5, name="Ava", name_key="ava", created_at=noon))
        db.flush()
        book = Ledger(db, noon)
        one = engage(db, "one", now=noon, persona_id=5)
        joining = engage(db, "joining", now=noon)
        settings = settings_of(dedup_scope="persona")
        book.act(one, settings=settings)
        db.get_one(Account, joining.id).persona_id = 5
        db.flush()
        assert book.ask(joining, settings=settings).kind is DeclineKind.dedupe_hit
        reserved = book.reserve(joining, "seal", settings=settings)
        assert book.db.get_one(Attempt, reserved.attempt_id).persona_id == 5
        assert book.ask(one, "seal", settings=settings).kind is DeclineKind.dedupe_hit

    def test_a_longer_window_of_another_is_never_shortened(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        book.act(ava, settings=settings_of(reengagement_days=90))
        book.act(ben, settings=settings_of(reengagement_days=1))
        fleet = book.db.execute(select(Window.expires_at).where(Window.scope_key == "fleet"))
        assert fleet.scalar_one() == book.noon + 90 * DAY

    def test_a_lost_lease_stops_everything(self, book: Ledger, ava: Engaged) -> None:
        answer = book.ask(ava, fence=ava.fence + 1)
        assert (answer.kind, answer.is_about_target) == (DeclineKind.lease_lost, False)
        assert book.count(Attempt) == 0

    def test_a_lease_that_has_run_out_is_lost(self, book: Ledger, noon: datetime) -> None:
        ava = engage(book.db, now=noon - timedelta(days=367))
        assert book.ask(ava).kind is DeclineKind.lease_lost

    def test_a_lease_that_was_given_back_is_lost(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        lease = leases.holder_of(book.db, f"account:{ava.id}", now=noon)
        assert lease is not None
        leases.release(book.db, lease)
        assert book.ask(ava).kind is DeclineKind.lease_lost

    def test_a_pause_of_the_fleet_stops_all(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        safety.pause(book.db, action=None, reason="audit day", actor="a test", now=noon)
        answer = book.ask(ava)
        assert (answer.kind, answer.rule) == (DeclineKind.paused, "fleet_paused")
        assert "audit day" in answer.reason

    def test_a_pause_of_one_action_lets_the_others_go_on(
        self, book: Ledger, ava: Engaged, noon: datetime
    ) -> None:
        safety.pause(book.db, action="follow", reason="too many", actor="a test", now=noon)
        assert book.ask(ava, action="follow").kind is DeclineKind.paused
        assert isinstance(book.ask(ava, action="like"), Reserved)

    @pytest.mark.parametrize(
        ("change", "kind"),
        [
            ({"lifecycle": Lifecycle.imported}, DeclineKind.account_unavailable),
            ({"lifecycle": Lifecycle.retired}, DeclineKind.account_unavailable),
            ({"lifecycle": Lifecycle.ready}, DeclineKind.account_unavailable),
            ({"health": Health.locked}, DeclineKind.account_unavailable),
            ({"health": Health.needs_human}, DeclineKind.account_unavailable),
            ({"pause_reason": "holiday", "paused_at": "noon"}, DeclineKind.paused),
        ],
    )
    def test_an_account_that_is_not_available_does_nothing(
        self, book: Ledger, ava: Engaged, noon: datetime, change: dict[str, Any], kind: DeclineKind
    ) -> None:
        account = book.db.get(Account, ava.id)
        for name, value in change.items():
            setattr(account, name, noon if value == "noon" else value)
        book.db.flush()
        assert book.ask(ava).kind is kind

    def test_a_person_who_is_gone_is_not_asked_for_again(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        reserved = book.reserve(ava, action="like")
        book.settle(reserved, refusal(FailureClass.not_found))
        answer = book.ask(ben)
        assert answer.kind is DeclineKind.target_unavailable
        assert answer.until == book.noon + 30 * DAY
        assert isinstance(engage_again(book, ben, now=answer.until), Reserved)

    def test_a_post_or_a_story_that_is_not_there_says_nothing_of_the_person(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        reserved = book.reserve(ava, action="view")
        book.settle(reserved, refusal(FailureClass.no_content))
        assert isinstance(book.ask(ben), Reserved)

    def test_each_decision_names_rule_value_and_threshold(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava)
        book.ask(ava)
        engaged, skipped = book.db.execute(
            select(DecisionTrace).order_by(DecisionTrace.id)
        ).scalars()
        assert [rule["rule"] for rule in engaged.rules] == [
            "lease",
            "pause",
            "availability",
            "cooldown",
            "target_available",
            "do_not_contact",
            "hourly_limit",
            "daily_limit",
            "interval",
            "window:account",
        ]
        assert (engaged.verdict, skipped.verdict, skipped.rule) == (
            "engaged",
            "skipped",
            "window:account",
        )
        assert skipped.rules[-1]["verdict"] == "stop"
        assert skipped.rules[6] == {
            "rule": "hourly_limit",
            "value": 1,
            "threshold": 60,
            "verdict": "pass",
        }

    @pytest.mark.parametrize("handle", ["", "@", "a\nb", "x" * 256, "nul\x00"])
    def test_a_handle_that_cannot_be_is_refused_by_name(
        self, book: Ledger, ava: Engaged, handle: str
    ) -> None:
        with pytest.raises(Invalid, match="target"):
            book.ask(ava, handle)


def refusal(failure: FailureClass) -> Outcome:
    return Outcome(
        AttemptState.refused, failure=failure, phase=CallPhase.answered, message=str(failure)
    )


def engage_again(book: Ledger, account: Engaged, *, now: datetime) -> Any:
    return book.ask(account, now=now)
