from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.safety import rules
from retinue.capabilities.safety.schemas import (
    LimitsInForce,
    PlanLimits,
    Reaction,
    ShownState,
    Standing,
    Use,
    Waits,
)
from retinue.capabilities.settings.schemas import ActionLimit
from retinue.drivers.errors import CallPhase, FailureClass

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
WAITS = Waits([60, 120, 300, 600], threshold=3, cooldown=timedelta(minutes=45))
MANY = Waits([60, 120, 300, 600], threshold=99, cooldown=timedelta(minutes=45))


def limited(
    standing: Standing, now: datetime, waits: Waits = WAITS, retry_after: float | None = None
) -> Standing:
    return rules.after_rate_limit(
        standing, waits, retry_after=retry_after, now=now, rng=random.Random(7)
    )


class TestVerdictOn:
    @pytest.mark.parametrize("failure", FailureClass)
    @pytest.mark.parametrize("phase", [CallPhase.not_sent, CallPhase.sent])
    def test_without_an_answer_nobody_is_locked_or_gone(
        self, failure: FailureClass, phase: CallPhase
    ) -> None:
        verdict = rules.verdict_on(failure, phase=phase)
        assert verdict.health is None
        assert not verdict.is_target_gone
        assert not verdict.ends_session

    def test_every_class_has_a_verdict(self) -> None:
        for failure in FailureClass:
            assert rules.verdict_on(failure, phase=CallPhase.answered).reaction in Reaction


class TestAfterRateLimit:
    def test_the_steps_grow_and_the_third_is_the_cooldown(self) -> None:
        first = limited(Standing(), NOON)
        assert first.backoff_until is not None
        second = limited(first, first.backoff_until)
        third = limited(second, NOON + timedelta(minutes=10))
        assert third.cooldown_until == NOON + timedelta(minutes=55)

    @given(
        hits=st.integers(min_value=1, max_value=20), seed=st.integers(min_value=0, max_value=10_000)
    )
    def test_each_wait_is_its_step_within_a_quarter(self, hits: int, seed: int) -> None:
        wait = rules.backoff(hits, MANY.steps, random.Random(seed))
        step = MANY.steps[min(hits, 4) - 1]
        assert step * 0.75 <= wait <= step * 1.25

    @given(seeds=st.sets(st.integers(), min_size=5, max_size=5))
    def test_the_jitter_is_drawn_and_not_fixed(self, seeds: set[int]) -> None:
        waits = {rules.backoff(1, MANY.steps, random.Random(seed)) for seed in seeds}
        assert len(waits) > 1

    @given(asked=st.floats(min_value=0, max_value=1e9))
    def test_the_network_may_ask_for_longer_but_for_a_day_at_most(self, asked: float) -> None:
        until = limited(Standing(), NOON, retry_after=asked).backoff_until
        assert until is not None
        wait = (until - NOON).total_seconds()
        assert min(asked, 86_400) - 0.001 <= wait <= max(75, min(asked, 86_400)) + 0.001

    def test_a_cooldown_ends_by_itself_and_resets_the_steps(self) -> None:
        standing = Standing(3, cooldown_until=NOON, is_probing=True)
        assert rules.at(standing, NOON) == Standing(is_probing=True)

    def test_a_probe_that_is_limited_begins_a_new_cooldown(self) -> None:
        probing = rules.at(Standing(3, cooldown_until=NOON, is_probing=True), NOON)
        again = limited(probing, NOON)
        assert again.cooldown_until == NOON + timedelta(minutes=45)

    def test_a_late_limit_during_a_cooldown_does_not_lengthen_it(self) -> None:
        standing = Standing(3, cooldown_until=NOON + timedelta(minutes=40), is_probing=True)
        assert limited(standing, NOON) == standing


class TestLimitsLeft:
    @given(
        per_hour=st.integers(0, 50),
        per_day=st.integers(0, 50),
        hour=st.integers(0, 60),
        more=st.integers(0, 60),
    )
    def test_an_act_passes_exactly_while_both_counts_are_below_their_limits(
        self, per_hour: int, per_day: int, hour: int, more: int
    ) -> None:
        use = Use(hour=hour, day=hour + more)
        seen = rules.limits_left(
            LimitsInForce(per_hour, per_day, 0, per_hour, per_day), use, now=NOON
        )
        assert seen[-1].stops is not (hour < per_hour and hour + more < per_day)
        assert not any(one.stops for one in seen[:-1])

    @given(passed=st.floats(0, 100), apart=st.floats(0, 100))
    def test_the_interval_says_when_it_is_over(self, passed: float, apart: float) -> None:
        last = NOON - timedelta(seconds=passed)
        seen = rules.limits_left(LimitsInForce(9, 9, apart, 9, 9), Use(last_at=last), now=NOON)[-1]
        assert seen.stops_until is not None
        after = rules.limits_left(
            LimitsInForce(9, 9, apart, 9, 9),
            Use(last_at=last),
            now=seen.stops_until + timedelta(milliseconds=1),
        )
        assert not after[-1].stops

    def test_a_clock_set_back_waits_for_one_interval_at_most(self) -> None:
        use = Use(last_at=NOON + timedelta(hours=1))
        seen = rules.limits_left(LimitsInForce(9, 9, 20, 9, 9), use, now=NOON)[-1]
        assert seen.stops_until == NOON + timedelta(seconds=20)


class TestLimitsInForce:
    def test_the_tighter_count_wins_and_the_plans_interval_replaces(self) -> None:
        limit = ActionLimit(per_hour=60, per_day=500, seconds_apart=20)
        assert rules.limits_in_force(
            limit, PlanLimits(per_hour=90, per_day=5, seconds_apart=0)
        ) == LimitsInForce(60, 5, 0, 60, 5)
        assert rules.limits_in_force(limit, None) == LimitsInForce(60, 500, 20, 60, 500)


class TestShownState:
    @pytest.mark.parametrize(
        ("health", "standing", "error_at", "shown"),
        [
            (Health.ok, Standing(), None, ShownState.active),
            (Health.unknown, Standing(), None, ShownState.active),
            (Health.ok, Standing(1, NOON + timedelta(1)), None, ShownState.warning),
            (Health.ok, Standing(), NOON - timedelta(minutes=59), ShownState.warning),
            (Health.ok, Standing(), NOON - timedelta(minutes=61), ShownState.active),
            (Health.ok, Standing(3, None, NOON + timedelta(1)), None, ShownState.cooldown),
            (Health.ok, Standing(3, None, NOON, is_probing=True), None, ShownState.active),
            (Health.locked, Standing(3, None, NOON + timedelta(1)), None, ShownState.error),
        ],
    )
    def test_the_worst_is_shown(
        self, health: Health, standing: Standing, error_at: datetime | None, shown: ShownState
    ) -> None:
        assert rules.shown_state(health, standing, last_error_at=error_at, now=NOON) is shown
