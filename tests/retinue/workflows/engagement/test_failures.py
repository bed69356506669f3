"""What a session does where the network refuses, breaks off, or is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.safety import service as safety
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation import failpoints
from tests.retinue.workflows.engagement.conftest import OPEN_FOLLOWERS, Engagement, refused


class TestLogIn:
    @pytest.mark.parametrize("phase", [CallPhase.sent, CallPhase.answered])
    def test_a_password_that_was_sent_is_not_sent_again(
        self, work: Engagement, phase: CallPhase
    ) -> None:
        broken = DriverError(FailureClass.transient, phase=phase, message="the line broke")
        work.network.fail_next("log_in", broken)
        ending = work.run()
        assert (ending.status, ending.reason) == (
            SessionStatus.failed,
            "the log-in did not succeed: the line broke",
        )
        assert work.done == []

    def test_a_password_that_was_never_sent_is_tried_again(self, work: Engagement) -> None:
        unsent = DriverError(
            FailureClass.transient, phase=CallPhase.not_sent, message="no connection"
        )
        work.network.fail_next("log_in", unsent)
        assert work.run().status is SessionStatus.completed


class TestFailures:
    def test_a_definite_refusal_frees_the_person(self, work: Engagement) -> None:
        work.network.fail_next("like", refused(FailureClass.invalid_input))
        work.run()
        states = [one.state for one in work.attempts()]
        assert states == [AttemptState.refused] + [AttemptState.confirmed] * (OPEN_FOLLOWERS - 1)
        work.run()
        assert ("like", "1001") in work.done

    @pytest.mark.parametrize("has_effect", [True, False])
    def test_a_broken_line_after_sending_is_unknown_and_never_repeated(
        self, work: Engagement, has_effect: bool
    ) -> None:
        broken = DriverError(FailureClass.transient, phase=CallPhase.sent, message="reset")
        work.network.fail_next("like", broken, has_effect=has_effect)
        work.run()
        work.run()
        assert [one.state for one in work.attempts()].count(AttemptState.unknown) == 1
        assert work.done.count(("like", "1001")) == int(has_effect)

    def test_a_promise_that_was_slept_on_is_let_go(self, work: Engagement) -> None:
        slept: list[str] = []

        def sleep(point: str) -> None:
            if point == "after_intent_commit" and not slept:
                slept.append(point)
                work.clock.advance(timedelta(minutes=11))

        failpoints.install(sleep)
        try:
            work.run()
        finally:
            failpoints.install(None)
        first = work.attempts()[0]
        assert (first.state, first.phase) == (AttemptState.refused, "not_sent")
        assert ("like", "1001") not in work.done
        assert len(work.done) == OPEN_FOLLOWERS - 1

    def test_a_rate_limit_is_waited_out(self, work: Engagement) -> None:
        began = work.clock.now()
        work.network.fail_next(
            "like", refused(FailureClass.rate_limit, "Please wait a few minutes")
        )
        assert work.run().status is SessionStatus.completed
        assert work.clock.now() - began >= timedelta(seconds=45)
        # The first person was freed by the refusal and is on the list no second time.
        assert len(work.done) == OPEN_FOLLOWERS - 1

    def test_three_in_a_row_are_a_cooldown_of_45_minutes_that_ends_by_itself(
        self, work: Engagement
    ) -> None:
        for _ in range(3):
            work.network.fail_next("like", refused(FailureClass.rate_limit, "429"))
        ending = work.run()
        assert ending.status is SessionStatus.completed
        assert "cooling down until" in ending.reason
        assert work.done == []
        with work.database.reading() as db:
            standing = safety.standing_of(db, work.account.id, now=work.clock.now())
        assert standing.cooldown_until == work.clock.now() + timedelta(minutes=45)
        work.clock.advance(timedelta(minutes=45, seconds=1))
        assert work.run().status is SessionStatus.completed
        assert len(work.done) == OPEN_FOLLOWERS

    def test_a_rate_limit_of_a_read_counts_too(self, work: Engagement) -> None:
        for _ in range(3):
            work.network.fail_next("profile", refused(FailureClass.rate_limit, "429"))
        assert "cooling down" in work.run().reason

    @pytest.mark.parametrize("where", ["log_in", "profile", "like"])
    def test_a_locked_account_fails_the_session_with_the_evidence(
        self, work: Engagement, where: str
    ) -> None:
        work.network.fail_next(where, refused(FailureClass.account_locked, "Account locked"))
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert "Account locked" in (ending.error or "")
        with work.database.reading() as db:
            assert accounts.get(db, work.account.id).health is Health.locked
        assert work.done == []

    def test_a_wrong_password_fails_the_session(self, work: Engagement) -> None:
        work.network.passwords["ava"] = "another"
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert "not right" in (ending.error or "")

    def test_people_who_are_gone_are_remembered(self, work: Engagement) -> None:
        work.network.fail_next("profile", refused(FailureClass.not_found, "User not found"))
        work.run()
        assert work.rule_for("person_1") == "profile"
        work.run()
        assert work.rule_for("person_1") == "target_available"
        assert "1001" not in {person for _, person in work.done}

    def test_a_broken_read_is_tried_again(self, work: Engagement) -> None:
        broken = DriverError(FailureClass.transient, phase=CallPhase.sent, message="reset")
        work.network.fail_next("profile", broken)
        work.network.fail_next("followers", broken)
        work.run()
        assert len(work.done) == OPEN_FOLLOWERS

    def test_a_network_that_is_not_there_fails_the_session(self, work: Engagement) -> None:
        broken = DriverError(FailureClass.transient, phase=CallPhase.not_sent, message="refused")
        for _ in range(40):
            work.network.fail_next("profile", broken)
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert "does not answer" in ending.reason
        with work.database.reading() as db:
            assert accounts.get(db, work.account.id).health is not Health.locked
