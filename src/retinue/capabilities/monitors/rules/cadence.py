"""How often a monitor is read: its interval, or less often while nothing happens and the settings allow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_LEVELS = 3
"""An interval is doubled three times at most."""
_QUIET_READINGS = 4
"""In a row, before the interval is doubled."""
_LEAST_SHARE = 0.0005


def effective(seconds: int, cadence: Mapping[str, Any] | None, *, stretch: int = 0) -> int:
    """`stretch` is how many times everything is doubled so that the budget lasts."""
    level = 0 if cadence is None else int(cadence.get("level", 0))
    return seconds << min(level + stretch, MOST_LEVELS)


def after_reading(
    cadence: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None,
    counts: Mapping[str, int | None],
) -> dict[str, Any]:
    """The next state: at once back to its own interval when something moves."""
    level, quiet = (0, 0) if cadence is None else (cadence["level"], cadence["quiet"])
    if before is None or has_moved(before, counts):
        return {"level": 0, "quiet": 0}
    quiet += 1
    if quiet >= _QUIET_READINGS and level < MOST_LEVELS:
        return {"level": level + 1, "quiet": 0}
    return {"level": level, "quiet": min(quiet, _QUIET_READINGS)}


def has_moved(before: Mapping[str, Any], counts: Mapping[str, int | None]) -> bool:
    for name, now in counts.items():
        then = before.get(name)
        if now is None or then is None:
            continue
        if abs(now - then) > max(1.0, abs(then) * _LEAST_SHARE):
            return True
    return False


def stretch_for(*, projected: float, limit: float | None) -> int:
    """How many times the intervals must double for the month's money to last."""
    if limit is None or limit <= 0 or projected <= limit:
        return 0
    doubled, cost = 0, projected
    while cost > limit and doubled < MOST_LEVELS:
        doubled, cost = doubled + 1, cost / 2
    return doubled
