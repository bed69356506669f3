"""Turns are spread over the day, and taken once in it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from retinue.workflows.upkeep import rules

HOUR = timedelta(hours=1)
WHAT = "refresh_cookies"


def due(uid: str, last: datetime | None, now: datetime, *, hours: int = 24) -> bool:
    return rules.is_due(uid, WHAT, last=last, hours=hours, now=now)


class TestIsDue:
    def test_a_fleet_is_spread_over_the_day(self, noon: datetime) -> None:
        turns = Counter[int]()
        for number in range(2400):
            turn = rules.last_turn(f"u{number}", WHAT, period=24 * HOUR, now=noon)
            turns[turn.hour] += 1
        assert len(turns) == 24
        assert max(turns.values()) < 160

    def test_two_kinds_of_work_have_times_of_their_own(self) -> None:
        assert rules.share_of("u", "a") != rules.share_of("u", "b")

    @settings(deadline=None, max_examples=30)
    @given(start=st.integers(0, 24 * 60), number=st.integers(0, 500))
    def test_every_account_has_its_turn_about_once_a_day(self, start: int, number: int) -> None:
        now = datetime.fromisoformat("2026-01-31T00:00:00+00:00") + timedelta(minutes=start)
        last, turns = now, []
        for _ in range(24 * 12 * 7):
            now += timedelta(minutes=5)
            if due(f"u{number}", last, now):
                last = now
                turns.append(now)
        assert 6 <= len(turns) <= 8
        gaps = [(after - before) for before, after in pairwise(turns)]
        assert all(gap <= 24 * HOUR + timedelta(minutes=5) for gap in gaps)

    def test_what_was_never_done_and_what_is_switched_off_is_not_due(self, noon: datetime) -> None:
        assert not due("u", None, noon)
        assert not due("u", noon - 1000 * HOUR, noon, hours=0)

    def test_what_was_missed_is_made_up_for_at_once(self, noon: datetime) -> None:
        assert due("u", noon - 25 * HOUR, noon)
