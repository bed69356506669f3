"""Looks of an account at work: between two candidates, on the session's own line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.workflows.probing import service as probing
from tests.retinue.workflows.engagement.conftest import EVERYBODY, Engagement
from tests.retinue.workflows.engagement.conftest import work as engagement_work

work = engagement_work
LOST = DriverError(FailureClass.transient, phase=CallPhase.sent, message="the line broke")
SLOWLY = EVERYBODY.replace("like-interval: 0", "like-interval: 50")


class TestInterlude:
    @pytest.mark.parametrize("has_effect", [True, False])
    def test_what_the_session_itself_did_not_hear_of_is_settled_while_it_runs(
        self, work: Engagement, has_effect: bool
    ) -> None:
        work.interlude = probing.interlude(work.database, work.clock)
        work.network.fail_next("like", LOST, has_effect=has_effect)
        ending = work.run(SLOWLY)
        assert ending.status is SessionStatus.completed, ending.error
        first = work.attempts()[0]
        if has_effect:
            assert (first.state, first.settled_by) == (AttemptState.confirmed, "probe")
        else:
            assert first.state is AttemptState.unknown
            assert first.probes == 1

    def test_a_session_that_waits_for_its_limits_looks_meanwhile(self, work: Engagement) -> None:
        work.interlude = probing.interlude(work.database, work.clock)
        work.network.fail_next("like", LOST, has_effect=True)
        ending = work.run(EVERYBODY + "hourly-like-limit: 4\n")
        assert ending.status is SessionStatus.completed, ending.error
        first = work.attempts()[0]
        assert (first.state, first.settled_by) == (AttemptState.confirmed, "probe")
        assert first.settled_at is not None
        assert first.settled_at - first.started_at < timedelta(minutes=5)

    def test_a_rate_limit_of_a_look_is_the_sessions_own(self, work: Engagement) -> None:
        work.interlude = probing.interlude(work.database, work.clock)
        work.network.fail_next("like", LOST, has_effect=True)
        limited = DriverError(
            FailureClass.rate_limit, phase=CallPhase.answered, message="429", is_refusal=True
        )
        for _ in range(3):
            work.network.fail_next("post", limited)
        ending = work.run(SLOWLY)
        assert "cooling down" in ending.reason
        assert work.attempts()[0].state is AttemptState.unknown

    def test_a_later_session_settles_what_an_earlier_one_left(self, work: Engagement) -> None:
        work.network.fail_next("like", LOST)
        work.run()
        assert work.attempts()[0].state is AttemptState.unknown
        work.clock.advance(timedelta(minutes=20))
        work.interlude = probing.interlude(work.database, work.clock)
        work.run()
        first = work.attempts()[0]
        assert (first.state, first.settled_by) == (AttemptState.absent, "probe")
