"""
Working hours on the clock of the wall.

An account works while the clock in its zone shows a time inside a window. So an
hour that the clock shows twice counts twice, and a window that falls into a
skipped hour does not open on that day. `shift` moves the windows of one session:
later when positive.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from retinue.capabilities.plans.schemas import Window, WorkingHours
from retinue.foundation.randomness import Random

# A window can be lost to a skipped hour, and once in a while a whole day is skipped.
_DAYS_AHEAD = 4
_STEP = timedelta(hours=3)
_WHOLE_SECOND = timedelta(seconds=1)


def draw_shift(hours: WorkingHours, rng: Random) -> timedelta:
    """How far one session moves its windows: `time-delta` minutes and some seconds, either way."""
    minutes = hours.time_delta.draw(rng)
    if minutes == 0:
        return timedelta()
    return timedelta(minutes=minutes, seconds=rng.randint(0, 59)) * rng.choice((-1, 1))


def is_within(hours: WorkingHours, now: datetime, *, shift: timedelta = timedelta()) -> bool:
    if not hours.windows:
        return True
    shown = (now - shift).astimezone(ZoneInfo(hours.timezone)).time()
    return any(_covers(window, shown) for window in hours.windows)


def next_opening(hours: WorkingHours, now: datetime, *, shift: timedelta = timedelta()) -> datetime:
    """The first moment from `now` on, `now` included, at which the account may work; in UTC."""
    if is_within(hours, now, shift=shift):
        return now.astimezone(UTC)
    return next(at for at in _edges(hours, now, shift) if is_within(hours, at, shift=shift))


def closing_time(
    hours: WorkingHours, now: datetime, *, shift: timedelta = timedelta()
) -> datetime | None:
    """
    The first moment from `now` on at which the account may not work; in UTC.

    None where it may work at all times.
    """
    if not is_within(hours, now, shift=shift):
        return now.astimezone(UTC)
    edges = _edges(hours, now, shift) if hours.windows else []
    return next((at for at in edges if not is_within(hours, at, shift=shift)), None)


def _covers(window: Window, shown: time) -> bool:
    if window.opens < window.closes:
        return window.opens <= shown < window.closes
    return shown >= window.opens or shown < window.closes


def _edges(hours: WorkingHours, now: datetime, shift: timedelta) -> list[datetime]:
    """Every moment after `now` at which the answer could change, in order."""
    zone = ZoneInfo(hours.timezone)
    start = (now - shift).astimezone(UTC)
    first = start.astimezone(zone).date() - timedelta(days=1)
    times = {edge for window in hours.windows for edge in (window.opens, window.closes)}
    days = [first + timedelta(days=offset) for offset in range(_DAYS_AHEAD + 2)]
    found = {at for day in days for edge in times for at in _moments(day, edge, zone)}
    found.update(_clock_changes(start, zone))
    return [at + shift for at in sorted(found) if at > start]


def _moments(day: date, edge: time, zone: ZoneInfo) -> list[datetime]:
    """When the wall shows this time on this day: once, twice, or never."""
    found = []
    for fold in (0, 1):
        wall = datetime.combine(day, edge, zone).replace(fold=fold)
        at = wall.astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            found.append(at)
    return found


def _clock_changes(start: datetime, zone: ZoneInfo) -> list[datetime]:
    steps = [start + _STEP * count for count in range(int(timedelta(days=_DAYS_AHEAD) / _STEP) + 1)]
    return [
        _change_between(before, after, zone)
        for before, after in pairwise(steps)
        if _offset(before, zone) != _offset(after, zone)
    ]


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    # Zones change on whole seconds, so the search ends on one.
    before, after = before.replace(microsecond=0), after.replace(microsecond=0) + _WHOLE_SECOND
    old = _offset(before, zone)
    while after - before > _WHOLE_SECOND:
        middle = before + _WHOLE_SECOND * ((after - before) // _WHOLE_SECOND // 2)
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
