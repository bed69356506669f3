from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.models import AccountError, AccountSafety
from retinue.capabilities.safety.schemas import (
    Consequence,
    Failure,
    ShownState,
    Standing,
    StateFilter,
)
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.errors import Invalid
from retinue.foundation.events.models import Event
from tests.factories.engaging import make_account, settings_of

SETTINGS = settings_of()


@pytest.fixture
def ava(db: Session, noon: datetime) -> Account:
    return make_account(db, "ava", now=noon)


def fail(
    db: Session, account: Account, failure: FailureClass, *, now: datetime, **more: Any
) -> Consequence:
    told = Failure(
        failure, CallPhase.answered, f"the network says {failure}", action="like", **more
    )
    return safety.record_failure(
        db, account, told, settings=SETTINGS, rng=random.Random(7), now=now
    )


def storm(db: Session, account: Account, *, now: datetime) -> datetime:
    """Three rate limits in a row; the end of the cooldown."""
    for _ in range(3):
        consequence = fail(db, account, FailureClass.rate_limit, now=now)
        assert consequence.wait_until is not None
        now = consequence.wait_until
    return now


class TestRecordFailure:
    def test_a_storm_ends_in_a_cooldown_that_ends_by_itself(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        ends = storm(db, ava, now=noon)
        before = safety.refusal_for(db, ava.id, "like", now=ends - timedelta(seconds=1))
        assert before is not None
        assert (before.code, before.until) == ("cooldown", ends)
        assert safety.refusal_for(db, ava.id, "like", now=ends) is None
        state = safety.state_of(db, ava, now=ends - timedelta(minutes=1))
        assert (state.state, state.seconds_left, state.consecutive_rate_limits) == (
            ShownState.cooldown,
            60,
            3,
        )

    def test_the_first_act_after_a_cooldown_is_a_probe(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        ends = storm(db, ava, now=noon)
        again = fail(db, ava, FailureClass.rate_limit, now=ends)
        assert again.standing.cooldown_until == ends + timedelta(minutes=45)

    def test_a_probe_that_passes_begins_the_steps_anew(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        ends = storm(db, ava, now=noon)
        safety.record_success(db, ava.id, now=ends)
        assert safety.standing_of(db, ava.id, now=ends) == Standing()
        assert fail(db, ava, FailureClass.rate_limit, now=ends).standing.consecutive == 1

    def test_a_success_that_was_on_its_way_does_not_end_a_cooldown(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        ends = storm(db, ava, now=noon)
        early = ends - timedelta(minutes=40)
        safety.record_success(db, ava.id, now=early)
        assert safety.refusal_for(db, ava.id, "like", now=early) is not None

    def test_the_network_may_ask_for_a_longer_wait(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        asked = fail(db, ava, FailureClass.rate_limit, now=noon, retry_after=600)
        assert asked.wait_until == noon + timedelta(seconds=600)

    def test_a_daily_cap_cools_down_at_once(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        capped = fail(db, ava, FailureClass.daily_cap, now=noon)
        assert capped.standing.cooldown_until == noon + timedelta(minutes=45)

    def test_a_private_person_is_no_failure_of_the_account(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        fail(db, ava, FailureClass.target_private, now=noon)
        state = safety.state_of(db, ava, now=noon)
        assert (state.state, state.error_count) == (ShownState.active, 0)

    def test_a_block_changes_the_health_with_evidence(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        blocked = fail(db, ava, FailureClass.action_block, now=noon, session_id="s1")
        assert blocked.verdict.ends_session
        state = safety.state_of(db, ava, now=noon)
        assert (state.state, state.health) == (ShownState.error, Health.needs_human)
        assert state.health_evidence is not None
        assert state.health_evidence["source"] == "session s1"

    def test_the_last_hundred_are_kept_and_the_rest_is_counted(
        self, db: Session, ava: Account, noon: datetime
    ) -> None:
        for number in range(103):
            fail(db, ava, FailureClass.transient, now=noon + timedelta(seconds=number))
        kept = db.execute(select(func.count(AccountError.id))).scalar_one()
        state = safety.state_of(db, ava, now=noon + timedelta(seconds=103))
        assert (kept, state.error_count, state.errors_by_class) == (100, 103, {"transient": 103})
        assert len(state.recent_errors) == 10
        assert state.last_error == state.recent_errors[0]

    def test_it_is_told(self, db: Session, ava: Account, noon: datetime) -> None:
        fail(db, ava, FailureClass.rate_limit, now=noon)
        fail(db, ava, FailureClass.transient, now=noon)
        told = db.execute(select(Event).order_by(Event.id)).scalars().all()
        shown = [one for one in told if one.type in {"rate_limit", "error"}]
        assert [(one.type, one.data["account"]) for one in shown] == [
            ("rate_limit", "ava"),
            ("error", "ava"),
        ]


class TestPause:
    def test_it_stops_and_resumes(self, db: Session, ava: Account, noon: datetime) -> None:
        for action in (None, "like"):
            safety.pause(db, action=action, reason="a fair", actor="operator:anna", now=noon)
            denial = safety.refusal_for(db, ava.id, "like", now=noon)
            assert denial is not None
            assert "a fair" in denial.message
            safety.resume(db, action=action, reason="over", actor="operator:anna", now=noon)
            assert safety.refusal_for(db, ava.id, "like", now=noon) is None

    def test_a_second_pause_changes_nothing(self, db: Session, noon: datetime) -> None:
        for reason in ("first", "second"):
            safety.pause(db, action=None, reason=reason, actor="operator:anna", now=noon)
        assert [one.reason for one in safety.pauses(db)] == ["first"]

    def test_a_reason_is_asked_for(self, db: Session, noon: datetime) -> None:
        with pytest.raises(Invalid, match="reason"):
            safety.pause(db, action=None, reason=" ", actor="operator:anna", now=noon)


class TestStates:
    def test_accounts_come_in_pages_and_only_those_one_may_see(
        self, db: Session, noon: datetime
    ) -> None:
        ids = [make_account(db, f"account_{number}", now=noon).id for number in range(3)]
        first = safety.states(db, now=noon, limit=2)
        rest = safety.states(db, now=noon, after_id=first[-1].account_id)
        assert [one.account_id for one in (*first, *rest)] == ids
        own = safety.states(db, wanted=StateFilter(frozenset({ids[1]})), now=noon)
        assert [one.account_id for one in own] == [ids[1]]

    def test_a_filter_by_state_finds_what_each_row_shows(self, db: Session, noon: datetime) -> None:
        until = noon + timedelta(minutes=5)
        marks: dict[str, dict[str, Any]] = {
            "fine": {},
            "over": {"cooldown_until": noon, "backoff_until": until},
            "cooling": {"cooldown_until": until},
            "waiting": {"backoff_until": until},
            "failed": {"last_error_at": noon - timedelta(minutes=59)},
            "long_ago": {"last_error_at": noon - timedelta(hours=1)},
        }
        for login, values in marks.items():
            account = make_account(db, login, now=noon)
            db.add(
                AccountSafety(
                    account_id=account.id, consecutive_rate_limits=0, is_probing=False,
                    errors_by_class={}, updated_at=noon, **values,
                )
            )  # fmt: skip
        make_account(db, "broken", now=noon).health = Health.locked
        make_account(db, "resting", now=noon).health = Health.cooldown
        db.flush()

        all_rows = safety.states(db, now=noon)
        for state in ShownState:
            found = safety.states(db, wanted=StateFilter(state=state), now=noon)
            assert found
            assert found == [one for one in all_rows if one.state is state]
