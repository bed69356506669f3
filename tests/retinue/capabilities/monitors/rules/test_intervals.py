from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.monitors.rules import intervals

IDS = st.integers(1, 2**62)
SECONDS = st.sampled_from(intervals.SECONDS)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4000)).map(
    lambda passed: datetime(2024, 1, 1, tzinfo=UTC) + passed
)


class TestNextDue:
    @given(IDS, SECONDS, MOMENTS)
    def test_it_is_half_an_interval_to_one_and_a_half_away(
        self, monitor: int, seconds: int, now: datetime
    ) -> None:
        away = intervals.next_due(monitor, seconds, after=now) - now
        assert timedelta(seconds=seconds) / 2 <= away <= timedelta(seconds=seconds) * 1.5

    @given(IDS, SECONDS, MOMENTS, st.floats(0, 0.4))
    def test_runs_that_are_a_little_late_stay_an_interval_apart(
        self, monitor: int, seconds: int, now: datetime, late: float
    ) -> None:
        at = intervals.next_due(monitor, seconds, after=now)
        following = intervals.next_due(
            monitor, seconds, after=at + timedelta(seconds=late * seconds)
        )
        assert following - at == timedelta(seconds=seconds)

    @given(IDS, SECONDS, MOMENTS, st.integers(1, 10_000))
    def test_a_gap_of_any_length_is_one_run(
        self, monitor: int, seconds: int, now: datetime, missed: int
    ) -> None:
        at = intervals.next_due(monitor, seconds, after=now)
        late = at + timedelta(seconds=missed * seconds)
        following = intervals.next_due(monitor, seconds, after=late)
        assert following - late == timedelta(seconds=seconds)

    @given(st.integers(1, 10**9), SECONDS)
    def test_a_thousand_that_follow_each_other_are_spread_without_a_burst(
        self, first: int, seconds: int
    ) -> None:
        now = datetime(2026, 1, 31, 12, tzinfo=UTC)
        slots = Counter(
            int(
                (intervals.next_due(one, seconds, after=now) - now)
                / timedelta(seconds=seconds)
                * 50
            )
            for one in range(first, first + 1000)
        )
        assert max(slots.values()) <= 30

    def test_an_hour_is_an_hour_where_clocks_are_changed(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        for day in (datetime(2026, 3, 29, tzinfo=berlin), datetime(2026, 10, 25, tzinfo=berlin)):
            at = intervals.next_due(7, 3600, after=day)
            seen = [at]
            for _ in range(30):
                at = intervals.next_due(7, 3600, after=at)
                seen.append(at)
            steps = {
                later.astimezone(UTC) - one.astimezone(UTC)
                for one, later in itertools.pairwise(seen)
            }
            assert steps == {timedelta(hours=1)}


class TestSetBack:
    @given(IDS, SECONDS, MOMENTS, st.timedeltas(timedelta(seconds=6), timedelta(days=900)))
    def test_what_was_laid_out_before_runs_an_interval_later_at_the_earliest(
        self, monitor: int, seconds: int, now: datetime, by: timedelta
    ) -> None:
        back = now - by
        at = intervals.after_set_back(monitor, seconds, now=back)
        assert timedelta(seconds=seconds) <= at - back <= timedelta(seconds=2 * seconds)

    @given(IDS, SECONDS, MOMENTS, st.integers(1, 40))
    def test_nothing_that_is_laid_out_as_usual_is_taken_for_set_back(
        self, monitor: int, seconds: int, now: datetime, failures: int
    ) -> None:
        furthest = intervals.furthest(seconds, now=now)
        assert intervals.next_due(monitor, seconds * 8, after=now) <= furthest
        assert intervals.retry_at(monitor, seconds, failures=failures, now=now) <= furthest


class TestRetryAt:
    @given(IDS, SECONDS, MOMENTS, st.integers(1, 100))
    def test_it_waits_an_hour_and_a_quarter_at_most_and_grows(
        self, monitor: int, seconds: int, now: datetime, failures: int
    ) -> None:
        waits = intervals.retry_at(monitor, seconds, failures=failures, now=now) - now
        assert timedelta(seconds=20) <= waits <= timedelta(minutes=75)
        asked = intervals.retry_at(monitor, seconds, failures=failures, now=now, retry_after=1800)
        assert asked - now >= timedelta(seconds=1800)
