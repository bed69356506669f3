from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.safety import rules
from retinue.capabilities.safety.schemas import Age, PlanLimits, Use
from retinue.capabilities.settings.schemas import ActionLimit, RampPoint, RampSettings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RAMP = RampSettings.model_validate({})
LIMIT = ActionLimit(per_hour=10, per_day=50, seconds_apart=0)


def warmed_up(age: timedelta, *, limited: timedelta | None = None) -> Age:
    since = NOON - age
    return Age(since, since, None if limited is None else NOON - limited)


class TestRampStep:
    def test_on_the_fourth_day_12_of_50_are_allowed_and_it_says_why(self) -> None:
        step = rules.ramp_step(RAMP, warmed_up(3 * DAY + HOUR), now=NOON)
        limits = rules.limits_in_force(LIMIT, None, step)
        assert (limits.per_day, limits.cap_per_day) == (12, 50)
        seen = rules.limits_left(limits, Use(), now=NOON)
        assert seen[1].note == "limit today 12 of 50: day 4 after warm-up"

    def test_the_default_curve_has_seven_points_over_thirty_days(self) -> None:
        assert (len(RAMP.curve), RAMP.curve[-1].day, RAMP.curve[-1].share) == (7, 30, 1)

    @pytest.mark.parametrize(
        ("age", "day"),
        [(timedelta(0), 1), (DAY - HOUR, 1), (DAY, 2), (29 * DAY, 30), (-DAY, 1)],
    )
    def test_days_are_whole_days_since_it_became_active(self, age: timedelta, day: int) -> None:
        assert rules.ramp_day(warmed_up(age), now=NOON) == day

    def test_who_is_old_enough_has_its_whole_limits(self) -> None:
        assert rules.ramp_step(RAMP, warmed_up(29 * DAY), now=NOON) is None

    def test_who_never_warmed_up_has_its_whole_limits_unless_the_setting_says_so(self) -> None:
        age = Age(NOON, None, None)
        assert rules.ramp_step(RAMP, age, now=NOON) is None
        of_all = RampSettings.model_validate({"all_accounts": True})
        step = rules.ramp_step(of_all, age, now=NOON)
        assert step is not None
        assert (step.share, step.reason) == (0.1, "day 1 since it became active")
        not_yet = rules.ramp_step(of_all, Age(None, None, None), now=NOON)
        assert not_yet is not None
        assert (not_yet.share, not_yet.rises_at) == (0.1, None)

    def test_it_can_be_switched_off(self) -> None:
        off = RampSettings.model_validate({"enabled": False})
        assert rules.ramp_step(off, warmed_up(HOUR), now=NOON) is None

    def test_a_network_that_said_stop_takes_half_of_the_share_for_a_day(self) -> None:
        step = rules.ramp_step(RAMP, warmed_up(60 * DAY, limited=HOUR), now=NOON)
        assert step is not None
        assert (step.share, step.rises_at) == (0.5, NOON + 23 * HOUR)
        assert step.reason.endswith(
            "50 % of that until 02 Mar 11:00 UTC because the network said stop"
        )
        assert rules.ramp_step(RAMP, warmed_up(60 * DAY, limited=DAY), now=NOON) is None

    def test_a_used_up_day_ends_when_the_next_allows_more(self) -> None:
        step = rules.ramp_step(RAMP, warmed_up(3 * DAY + 20 * HOUR), now=NOON)
        limits = rules.limits_in_force(LIMIT, None, step)
        use = Use(day=12, oldest_of_day=NOON - HOUR)
        stop = rules.limits_left(limits, use, now=NOON)[-1]
        assert stop.stops
        assert stop.stops_until == NOON + 4 * HOUR

    @given(
        age=st.timedeltas(min_value=-2 * DAY, max_value=400 * DAY),
        cap=st.integers(0, 10_000),
        plan=st.none() | st.integers(0, 10_000),
        limited=st.none() | st.timedeltas(min_value=timedelta(0), max_value=3 * DAY),
        days=st.lists(st.integers(1, 365), min_size=1, max_size=8, unique=True),
        shares=st.lists(st.floats(0.01, 1), min_size=8, max_size=8),
    )
    def test_it_is_never_above_the_operators_cap_and_never_falls_with_age(
        self,
        *,
        age: timedelta,
        cap: int,
        plan: int | None,
        limited: timedelta | None,
        days: list[int],
        shares: list[float],
    ) -> None:
        curve = [
            RampPoint(day=day, share=share)
            for day, share in zip(sorted(days), sorted(shares), strict=False)
        ]
        ramp = RampSettings.model_validate({"curve": [one.model_dump() for one in curve]})
        limit = ActionLimit(per_hour=cap, per_day=cap, seconds_apart=0)
        of_plan = PlanLimits(per_day=plan)
        found = []
        for older in (timedelta(0), DAY):
            at = rules.ramp_step(ramp, warmed_up(age + older, limited=limited), now=NOON)
            found.append(rules.limits_in_force(limit, of_plan, at))
        for limits in found:
            assert limits.per_hour <= cap
            assert limits.per_day <= min(cap, cap if plan is None else plan) == limits.cap_per_day
            assert limits.per_day >= min(1, limits.cap_per_day)
        assert found[0].per_day <= found[1].per_day


class TestSettings:
    @pytest.mark.parametrize(
        "curve",
        [
            [],
            [{"day": 1, "share": 1.2}],
            [{"day": 5, "share": 0.5}, {"day": 5, "share": 0.6}],
            [{"day": 1, "share": 0.5}, {"day": 5, "share": 0.4}],
        ],
    )
    def test_a_curve_that_falls_or_exceeds_the_whole_is_refused(
        self, curve: list[dict[str, float]]
    ) -> None:
        with pytest.raises(ValueError, match="curve"):
            RampSettings.model_validate({"curve": curve})
