"""When a pool is empty, if its use goes on as it has."""

from __future__ import annotations

from datetime import datetime, timedelta

WINDOW = timedelta(days=14)
_DAY = timedelta(days=1)
_FARTHEST = timedelta(days=3650)


def per_day(number: int, first_at: datetime | None, *, now: datetime) -> float:
    """Over the window, or over the time since the first of them where that is shorter."""
    if not number or first_at is None:
        return 0.0
    span = min(WINDOW, max(_DAY, now - first_at))
    return number / (span / _DAY)


def runs_out_at(uses_left: int | None, pace: float, *, now: datetime) -> datetime | None:
    if uses_left == 0:
        return now
    if uses_left is None or pace <= 0:
        return None
    span = timedelta(days=min(uses_left / pace, _FARTHEST / _DAY))
    return None if span >= _FARTHEST else now + span


def summary(
    noun: str, left: int | None, *, persona: str, ends: datetime | None, now: datetime
) -> str:
    """`3 story pictures left for Ava, runs out on Friday`."""
    if left == 0:
        return f"no {noun}s left for {persona}"
    many = noun if left == 1 else f"{noun}s"
    told = (
        f"{many} for {persona} without end" if left is None else f"{left} {many} left for {persona}"
    )
    if ends is None:
        return told
    days = (ends.date() - now.date()).days
    if days == 0:
        return f"{told}, runs out today"
    when = f"{ends:%A}" if days < 7 else f"{ends:%Y-%m-%d}"
    return f"{told}, runs out on {when}"
