from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from retinue.capabilities.plans.rules import closing_time, draw_shift, is_within, next_opening
from retinue.capabilities.plans.schemas import Range, Window, WorkingHours

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def hours(*windows: str, timezone: str = "Europe/Berlin") -> WorkingHours:
    return WorkingHours(timezone, tuple(window(text) for text in windows))


def window(text: str) -> Window:
    opens, closes = text.split("-")
    return Window(time.fromisoformat(opens), time.fromisoformat(closes))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestIsWithin:
    def test_no_windows_are_the_whole_day(self) -> None:
        assert is_within(hours(), utc("2026-06-01 03:00"))

    def test_the_opening_minute_is_inside_and_the_closing_one_is_not(self) -> None:
        nine_to_five = hours("09:00-17:00")

        assert is_within(nine_to_five, utc("2026-06-01 07:00"))
        assert not is_within(nine_to_five, utc("2026-06-01 06:59:59"))
        assert is_within(nine_to_five, utc("2026-06-01 14:59:59"))
        assert not is_within(nine_to_five, utc("2026-06-01 15:00"))

    def test_a_window_may_go_past_midnight(self) -> None:
        night = hours("22:00-02:00", timezone="UTC")

        assert is_within(night, utc("2026-06-01 23:30"))
        assert is_within(night, utc("2026-06-02 01:59"))
        assert not is_within(night, utc("2026-06-02 02:00"))

    def test_a_shift_moves_both_ends(self) -> None:
        shift = timedelta(minutes=10)
        nine_to_five = hours("09:00-17:00", timezone="UTC")

        assert not is_within(nine_to_five, utc("2026-06-01 09:09"), shift=shift)
        assert is_within(nine_to_five, utc("2026-06-01 17:09"), shift=shift)


class TestNextOpening:
    def test_inside_it_is_now(self) -> None:
        now = utc("2026-06-01 10:00")

        assert next_opening(hours("09:00-17:00"), now) == now

    def test_the_clock_of_the_zone_counts_in_summer_and_in_winter(self) -> None:
        nine_to_five = hours("09:00-17:00")

        assert next_opening(nine_to_five, utc("2026-03-28 20:00")) == utc("2026-03-29 07:00")
        assert next_opening(nine_to_five, utc("2026-10-24 20:00")) == utc("2026-10-25 08:00")

    def test_a_window_in_the_skipped_hour_opens_a_day_later(self) -> None:
        # Berlin's clock went from 02:00 to 03:00 on 29 March 2026.
        opening = next_opening(hours("02:15-02:45"), utc("2026-03-28 12:00"))

        assert opening == utc("2026-03-30 00:15")

    def test_a_window_that_begins_in_the_skipped_hour_opens_with_the_change(self) -> None:
        opening = next_opening(hours("02:30-05:00"), utc("2026-03-28 12:00"))

        assert opening == utc("2026-03-29 01:00")

    def test_the_hour_that_comes_twice_opens_twice(self) -> None:
        # Berlin's clock went from 03:00 back to 02:00 on 25 October 2026.
        early = hours("02:15-02:45")

        assert next_opening(early, utc("2026-10-24 20:00")) == utc("2026-10-25 00:15")
        assert next_opening(early, utc("2026-10-25 00:50")) == utc("2026-10-25 01:15")

    def test_a_day_that_was_left_out_is_passed_over(self) -> None:
        # Samoa had no 30 December 2011.
        apia = hours("09:00-17:00", timezone="Pacific/Apia")

        assert next_opening(apia, utc("2011-12-30 04:00")) == utc("2011-12-30 19:00")


class TestClosingTime:
    def test_the_whole_day_never_closes(self) -> None:
        assert closing_time(hours(), utc("2026-06-01 10:00")) is None

    def test_windows_that_meet_are_one(self) -> None:
        both = hours("09:00-12:00", "12:00-17:00", timezone="UTC")

        assert closing_time(both, utc("2026-06-01 10:00")) == utc("2026-06-01 17:00")

    def test_outside_it_is_now(self) -> None:
        now = utc("2026-06-01 01:00")

        assert closing_time(hours("09:00-17:00"), now) == now

    def test_a_night_with_a_change_of_the_clock_is_an_hour_shorter(self) -> None:
        night = hours("22:00-06:00")
        opening = next_opening(night, utc("2026-03-28 12:00"))
        closing = closing_time(night, opening)

        assert closing is not None
        assert closing - opening == timedelta(hours=7)

    def test_windows_that_cover_the_day_together_never_close(self) -> None:
        assert closing_time(hours("06:00-18:00", "18:00-06:00"), utc("2026-03-28 12:00")) is None


class TestDrawShift:
    def test_it_goes_either_way_and_stays_in_bounds(self, rng: random.Random) -> None:
        moved = WorkingHours("UTC", (window("09:00-17:00"),), Range(5, 10))
        shifts = [draw_shift(moved, rng) for _ in range(200)]

        assert min(shifts) < timedelta() < max(shifts)
        assert all(5 * MINUTE <= abs(shift) < 11 * MINUTE for shift in shifts)

    def test_no_delta_is_no_shift(self, rng: random.Random) -> None:
        assert draw_shift(hours("09:00-17:00"), rng) == timedelta()


@cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """Every change of the clock from 2020 to 2028, found day by day."""
    info = ZoneInfo(zone)
    day, found = utc("2020-01-01"), []
    offset = day.astimezone(info).utcoffset()
    while day.year < 2029:
        day += DAY
        if day.astimezone(info).utcoffset() != offset:
            found.append(day)
            offset = day.astimezone(info).utcoffset()
    return tuple(found)


def by_the_minute(of: WorkingHours, now: datetime, *, wanted: bool, shift: timedelta) -> datetime:
    """The slow way: look at the clock every minute."""
    at = now
    while is_within(of, at, shift=shift) is not wanted:
        at += MINUTE
    return at


class TestAgainstTheSlowWay:
    moments = st.times().map(lambda found: found.replace(second=0, microsecond=0))

    @settings(max_examples=150, deadline=None)
    @given(
        zone=st.sampled_from(sorted(available_timezones())),
        ends=st.tuples(moments, moments).filter(lambda ends: ends[0] != ends[1]),
        minutes=st.integers(-90, 90),
        chosen=st.integers(0, 1_000),
        before=st.integers(0, 2_880),
    )
    def test_openings_and_closings_agree_around_changes_of_the_clock(
        self, zone: str, ends: tuple[time, time], minutes: int, chosen: int, before: int
    ) -> None:
        changes = clock_changes(zone) or (utc("2026-03-29"),)
        now = changes[chosen % len(changes)] - before * MINUTE
        shift = minutes * MINUTE
        worked = WorkingHours(zone, (Window(*ends),))

        opening = next_opening(worked, now, shift=shift)
        assert opening == by_the_minute(worked, now, wanted=True, shift=shift)
        closing = closing_time(worked, opening, shift=shift)
        assert closing == by_the_minute(worked, opening, wanted=False, shift=shift)

    def test_every_zone_agrees_at_every_change(self) -> None:
        at_two = hours("01:40-02:20")
        seen = set()
        for zone in sorted(available_timezones()):
            changes = clock_changes(zone)
            offsets = tuple(change.astimezone(ZoneInfo(zone)).utcoffset() for change in changes)
            if (changes, offsets) in seen:
                continue
            seen.add((changes, offsets))
            worked = WorkingHours(zone, at_two.windows)
            for change in changes:
                now = change - DAY
                opening = next_opening(worked, now)
                assert opening == by_the_minute(worked, now, wanted=True, shift=timedelta()), zone
