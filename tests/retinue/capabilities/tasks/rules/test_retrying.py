from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.rules import retrying
from retinue.capabilities.tasks.rules.retrying import Verdict
from retinue.capabilities.tasks.schemas import TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass

READ, WRITE = TaskType.lookup_profile, TaskType.follow


def decide(
    failure: FailureClass,
    phase: CallPhase = CallPhase.answered,
    *,
    kind: TaskType = READ,
    retries: int = 0,
    retry_after: float | None = None,
) -> retrying.Decision:
    told = TaskFailure(failure, "no", phase, retry_after)
    return retrying.decide(told, type=kind, retries=retries, step=retries, rng=random.Random(1))


class TestDecide:
    @pytest.mark.parametrize("phase", list(CallPhase))
    def test_a_read_that_failed_in_passing_is_repeated_whatever_the_call_had_reached(
        self, phase: CallPhase
    ) -> None:
        assert decide(FailureClass.transient, phase).verdict is Verdict.again

    @pytest.mark.parametrize(
        ("phase", "verdict"),
        [
            (CallPhase.not_sent, Verdict.again),
            (CallPhase.sent, Verdict.over),
            (CallPhase.answered, Verdict.over),
        ],
    )
    def test_what_changes_something_is_repeated_only_where_nothing_was_sent(
        self, phase: CallPhase, verdict: Verdict
    ) -> None:
        assert decide(FailureClass.transient, phase, kind=WRITE).verdict is verdict

    def test_a_rate_limit_is_no_retry_even_after_the_last_one(self) -> None:
        assert decide(FailureClass.rate_limit, retries=3).verdict is Verdict.limited

    def test_a_rate_limit_waits_for_as_long_as_the_network_asks_but_no_more_than_a_day(
        self,
    ) -> None:
        assert decide(FailureClass.rate_limit, retry_after=700).delay == 700
        assert decide(FailureClass.rate_limit, retry_after=1e9).delay == 86_400

    @pytest.mark.parametrize(
        ("phase", "source", "verdict"),
        [
            (CallPhase.not_sent, "proxy", Verdict.again),
            (CallPhase.sent, "proxy", Verdict.over),
            (CallPhase.not_sent, "network", Verdict.over),
        ],
    )
    def test_a_proxy_that_is_down_ends_nothing_even_after_the_last_retry(
        self, phase: CallPhase, source: str, verdict: Verdict
    ) -> None:
        told = TaskFailure(FailureClass.transient, "no", phase, source=source)
        found = retrying.decide(told, type=READ, retries=3, step=3, rng=random.Random(1))
        assert found.verdict is verdict

    def test_after_three_retries_it_is_over(self) -> None:
        seen = [decide(FailureClass.transient, retries=n).verdict for n in range(4)]
        assert seen == [Verdict.again] * 3 + [Verdict.over]

    @pytest.mark.parametrize(
        "failure",
        [
            FailureClass.account_locked,
            FailureClass.account_suspended,
            FailureClass.auth_expired,
            FailureClass.challenge,
            FailureClass.not_found,
            FailureClass.invalid_input,
        ],
    )
    def test_what_another_try_cannot_mend_is_over_at_once(self, failure: FailureClass) -> None:
        assert decide(failure).verdict is Verdict.over


class TestDelay:
    @given(step=st.integers(0, 50), seed=st.integers())
    def test_it_doubles_from_a_minute_to_half_an_hour_a_tenth_more_or_less(
        self, step: int, seed: int
    ) -> None:
        seconds = retrying.delay(step, random.Random(seed))
        plain = 60 * 2 ** min(step, 10)
        assert seconds <= 1800
        assert min(plain * 0.9, 1800) <= seconds <= plain * 1.1


class TestLater:
    def test_the_latest_moment_wins_and_none_counts_for_nothing(self, noon: datetime) -> None:
        hour = timedelta(hours=1)
        assert retrying.later(noon, 60, None, noon + hour) == noon + hour
        assert retrying.later(noon, 60, None) == noon + timedelta(seconds=60)


class TestAfterLoss:
    def test_it_runs_again_at_once_then_with_delays_then_not_at_all(self) -> None:
        rng = random.Random(1)
        seen = [retrying.after_loss(retries=n, step=n, rng=rng) for n in range(4)]
        assert [one.verdict for one in seen] == [Verdict.again] * 3 + [Verdict.over]
        assert seen[0].delay == 0
        assert 54 <= seen[1].delay <= 66
