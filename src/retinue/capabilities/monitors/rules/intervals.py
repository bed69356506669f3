"""
When a monitor runs.

Each has a grid of its own: its interval, laid out from a moment that its id says. So monitors that
were made together do not run together, and whoever was missed finds its place again by itself.
All of it is elapsed time in UTC; no zone and no daylight saving moves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

INTERVALS: Mapping[str, int] = {"30s": 30, "30m": 1800, "1h": 3600, "1d": 86_400, "7d": 604_800}
SECONDS = tuple(INTERVALS.values())

CATCH_UP = timedelta(seconds=60)
"""Over how long those are spread that were missed together."""

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# The golden ratio in 32 bits: ids that follow each other land as far apart as they can.
_SPREADING = 2_654_435_769
_TURN = 2**32

_LONGEST_STRETCH = 8
"""How far a quiet monitor's interval may have been stretched."""

_FIRST_RETRY = 60.0
_SHORTEST_LIMIT = 300.0
_LONGEST_LIMIT = 3600.0


def seconds_of(interval: str) -> int | None:
    """None where it is not one of the intervals."""
    return INTERVALS.get(interval)


def name_of(seconds: int) -> str:
    return next((name for name, its in INTERVALS.items() if its == seconds), f"{seconds}s")


def share_of(monitor_id: int) -> float:
    """Where in a span a monitor stands, from 0 up to but not 1; evenly spread over any run of ids."""
    return (monitor_id * _SPREADING % _TURN) / _TURN


def next_due(monitor_id: int, seconds: int, *, after: datetime) -> datetime:
    """
    Its next place on its grid: the one that is between half an interval and one and a half away.

    However much was missed, this is one place, so that a gap costs one run.
    """
    length = seconds * 1_000_000
    phase = int(share_of(monitor_id) * length)
    passed = (after - _EPOCH) // _MICROSECOND + length // 2 - phase
    return _EPOCH + timedelta(microseconds=phase - (-passed // length) * length)


def is_missed(due_at: datetime, seconds: int, *, now: datetime) -> bool:
    """Whether it should have run so long ago that others were missed with it."""
    return now - due_at > max(timedelta(seconds=seconds), CATCH_UP)


def catch_up(monitor_id: int, seconds: int, *, now: datetime) -> datetime:
    """When one that was missed runs: soon, and not at once with all the others."""
    span = min(timedelta(seconds=seconds), CATCH_UP)
    return now + span * share_of(monitor_id)


def furthest(seconds: int, *, now: datetime) -> datetime:
    """What lies after this was laid out before the clock was set back."""
    ahead = max(1.5 * seconds * _LONGEST_STRETCH, limit_of_retries(seconds) * 1.25)
    return now + timedelta(seconds=ahead) + CATCH_UP


def after_set_back(monitor_id: int, seconds: int, *, now: datetime) -> datetime:
    """
    Where one goes whose clock was set back: at least a whole interval from now. When it has run
    last nobody can say any more, but it was not later than now, so it never runs twice in one interval.
    """
    return next_due(monitor_id, seconds, after=now + timedelta(seconds=seconds / 2))


def retry_at(
    monitor_id: int, seconds: int, *, failures: int, now: datetime, retry_after: float | None = None
) -> datetime:
    """After the given number of failures in a row: later each time, and never all at once."""
    first = min(float(seconds), _FIRST_RETRY)
    delay = min(first * 2 ** min(max(failures, 1) - 1, 16), limit_of_retries(seconds))
    delay *= 0.75 + 0.5 * share_of(monitor_id * 31 + failures)
    if retry_after is not None:
        delay = max(delay, min(retry_after, _LONGEST_LIMIT) * (1 + 0.25 * share_of(monitor_id)))
    return now + timedelta(seconds=delay)


def limit_of_retries(seconds: int) -> float:
    """The longest wait after a failure, in seconds."""
    return min(max(float(seconds), _SHORTEST_LIMIT), _LONGEST_LIMIT)


def is_stale(
    *, last_success_at: datetime | None, seconds: int, failures: int, now: datetime
) -> bool:
    """Whether the last numbers are older than they should be: the last run failed, or is long past."""
    if failures > 0:
        return True
    if last_success_at is None:
        return False
    return now - last_success_at > stale_after(seconds)


def stale_after(seconds: int) -> timedelta:
    return timedelta(seconds=2 * seconds) + timedelta(seconds=30)
