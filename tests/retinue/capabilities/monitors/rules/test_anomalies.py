from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.monitors.rules import anomalies, cadence

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def verdicts(values: Iterable[int], *, threshold: float = 6) -> list[str | None]:
    watch: dict[str, Any] | None = None
    said: list[str | None] = []
    for number, value in enumerate(values):
        found = anomalies.judge(watch, value, at=NOON + number * HOUR, threshold=threshold)
        watch = found.watch
        said.append(found.verdict)
    return said


def steady(number: int, *, start: int = 10_000, step: int = 20) -> list[int]:
    chance = random.Random(7)
    values = [start]
    for _ in range(number):
        values.append(values[-1] + step + chance.randint(-5, 5))
    return values


class TestJudge:
    def test_what_moves_as_usual_is_never_strange(self) -> None:
        assert set(verdicts(steady(200))) == {None}

    def test_a_leap_is_told_once_a_second_reading_confirms_it_and_is_over_after_two_calm_ones(
        self,
    ) -> None:
        values = steady(30)
        leap = values[-1] + 4000
        after = [leap, leap + 20, leap + 40, leap + 61, leap + 80]
        said = verdicts([*values, *after])
        assert said[:-5] == [None] * 31
        assert said[-5:] == ["suspected", "opened", None, "closed", None]

    def test_a_glitch_that_is_gone_at_the_second_look_is_told_to_nobody(self) -> None:
        values = steady(30)
        said = verdicts([*values, 3, values[-1] + 40, values[-1] + 60])
        assert said[-3:] == ["suspected", None, None]
        assert "opened" not in said

    def test_a_count_that_never_moved_is_not_strange_for_one_more(self) -> None:
        assert set(verdicts([500] * 20 + [501, 502])) == {None}

    @given(st.lists(st.integers(0, 10**10), max_size=60))
    def test_it_opens_and_closes_in_turn_whatever_is_read(self, values: list[int]) -> None:
        told = [one for one in verdicts(values) if one in {"opened", "closed"}]
        assert told[::2] == ["opened"] * len(told[::2])
        assert told[1::2] == ["closed"] * len(told[1::2])

    def test_a_clock_that_is_set_back_says_nothing(self) -> None:
        watch = None
        for number, value in enumerate(steady(20)):
            watch = anomalies.judge(watch, value, at=NOON + number * HOUR, threshold=6).watch
        found = anomalies.judge(watch, 10**9, at=NOON - HOUR, threshold=6)
        assert found.verdict is None


class TestCadence:
    def test_a_quiet_subject_is_read_less_often_and_at_once_more_often_when_it_moves(self) -> None:
        state = None
        levels = []
        for _ in range(20):
            state = cadence.after_reading(state, {"follower_count": 1000}, {"follower_count": 1000})
            levels.append(state["level"])
        assert (levels[0], levels[-1]) == (0, 3)
        assert cadence.effective(30, state) == 240
        state = cadence.after_reading(state, {"follower_count": 1000}, {"follower_count": 1100})
        assert cadence.effective(30, state) == 30

    def test_what_is_not_known_is_no_movement(self) -> None:
        assert not cadence.has_moved({"like_count": 5}, {"like_count": None})
        assert not cadence.has_moved({"like_count": None}, {"like_count": 5})

    def test_intervals_are_stretched_as_often_as_the_budget_needs(self) -> None:
        stretches = [cadence.stretch_for(projected=cost, limit=10) for cost in (9, 11, 21, 41, 500)]
        assert stretches == [0, 1, 2, 3, 3]
