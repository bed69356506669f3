from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sandgram.world import landmarks, movement
from sandgram.world.movement import DAY, Pulse

seconds = some.floats(-1_000 * DAY, 4_000 * DAY)
pulses = some.builds(
    Pulse,
    posted=some.floats(-100 * DAY, 400 * DAY),
    crowd=some.integers(0, 100_000),
    reach=some.floats(0, 90_000),
    comment_every=some.integers(6, 14),
    play_factor=some.integers(5, 34),
)


class TestAwake:
    @given(seconds, some.floats(0, 30 * DAY))
    def test_it_never_runs_backwards(self, at: float, later: float) -> None:
        assert movement.awake(at + later) >= movement.awake(at) - 1e-6

    @given(seconds)
    def test_a_day_is_a_day(self, at: float) -> None:
        assert movement.awake(at + DAY) - movement.awake(at) == pytest.approx(DAY, abs=1e-3)

    def test_an_hour_of_the_afternoon_is_longer_than_one_of_the_night(self) -> None:
        hours = [
            movement.awake(hour * 3600 + 3600) - movement.awake(hour * 3600) for hour in range(24)
        ]
        assert max(hours) > 3 * min(hours)
        assert hours.index(max(hours)) in range(12, 19)


class TestLikes:
    @given(pulses, seconds, some.floats(0, 30 * DAY))
    def test_none_is_taken_back_and_the_crowd_is_the_limit(
        self, pulse: Pulse, at: float, later: float
    ) -> None:
        first, second = movement.likes(pulse, at), movement.likes(pulse, at + later)
        assert 0 <= first <= second <= pulse.crowd

    @given(pulses, some.floats(0, 30 * DAY))
    def test_there_are_none_before_the_post(self, pulse: Pulse, before: float) -> None:
        assert movement.likes(pulse, pulse.posted - before) == 0
        assert movement.plays(pulse, pulse.posted - before) == 0

    def test_most_come_within_three_days(self) -> None:
        pulse = Pulse(0.0, 10_000, 5_000.0, 8, 0)
        day, three, month = (movement.likes(pulse, days * DAY) for days in (1, 3, 30))
        assert 3_000 < day < three < month
        assert three > 0.9 * month * 0.9

    @given(pulses, seconds)
    def test_what_is_not_a_video_has_no_plays(self, pulse: Pulse, at: float) -> None:
        assert movement.plays(pulse._replace(play_factor=0), at) is None

    @given(pulses, seconds)
    def test_plays_are_more_than_likes(self, pulse: Pulse, at: float) -> None:
        plays = movement.plays(pulse, at)
        assert plays is not None
        assert plays >= movement.likes(pulse, at)


class TestFavour:
    @given(some.integers(0, 1 << 31), seconds)
    def test_it_is_a_share_and_always_the_same(self, index: int, at: float) -> None:
        assert 0 <= movement.favour(7, index, at) <= 1
        assert movement.favour(7, index, at) == movement.favour(7, index, at)

    def test_it_moves_slowly_both_ways_and_differs_by_person_and_seed(self) -> None:
        held = [movement.favour(7, 3, minute * 600) for minute in range(20_000)]
        steps = [other - one for one, other in pairwise(held)]
        assert max(map(abs, steps)) < 0.03
        assert min(steps) < 0 < max(steps)
        assert max(held) - min(held) > 0.3
        assert held[0] != movement.favour(7, 4, 0) != movement.favour(8, 4, 0)

    def test_a_rush_comes_now_and_then(self) -> None:
        rushes = sum(
            movement._rush(7, index, (day + 0.5) * DAY) > 0.05
            for index in range(100)
            for day in range(100)
        )
        assert 100 < rushes < 600


class TestLandmarks:
    @given(seconds, some.floats(0, DAY))
    def test_the_post_only_grows(self, at: float, later: float) -> None:
        for count in (landmarks.like_count, landmarks.comment_count, landmarks.play_count):
            assert 0 <= count(at) <= count(at + later)

    def test_the_followers_grow_by_and_large_and_fall_now_and_then(self) -> None:
        counts = [landmarks.follower_count(7, hour * 3600.0) for hour in range(2_000)]
        steps = [other - one for one, other in pairwise(counts)]
        assert counts[-1] > counts[0] + 100_000
        assert 0 < sum(step < 0 for step in steps) < len(steps) / 3
        assert sum(step == 0 for step in steps) < 50
