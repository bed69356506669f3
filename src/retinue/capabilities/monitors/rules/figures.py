"""What readings say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Growth:
    metric: str
    since: datetime
    """When the first of its values was read."""
    first: int
    last: int
    n: int
    percent: float | None
    per_day: float | None

    @property
    def change(self) -> int:
        return self.last - self.first


def growth(rows: Sequence[Any], metric: str) -> Growth | None:
    """Between the first and the last row that know the count; None where fewer than two do. The oldest first."""
    known = [row for row in rows if getattr(row, metric) is not None]
    if len(known) < 2:
        return None
    first, last = getattr(known[0], metric), getattr(known[-1], metric)
    seconds = (known[-1].recorded_at - known[0].recorded_at).total_seconds()
    return Growth(
        metric,
        known[0].recorded_at,
        first,
        last,
        len(known),
        percent=percent(first, last),
        per_day=round((last - first) * _DAY / seconds, 2) if seconds > 0 else None,
    )


def percent(first: int, last: int) -> float | None:
    return round((last - first) / first * 100, 3) if first else None


def engagement(rows: Sequence[Any]) -> tuple[float | None, int]:
    """Likes and comments for each play as of the newest row that tells all three, and how many do."""
    known = [
        row
        for row in rows
        if None not in (row.like_count, row.comment_count, row.play_count) and row.play_count > 0
    ]
    if not known:
        return None, 0
    last = known[-1]
    return round((last.like_count + last.comment_count) / last.play_count, 5), len(known)
