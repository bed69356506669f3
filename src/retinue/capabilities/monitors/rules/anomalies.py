"""
Whether a count moves unlike itself.

The measure is how fast it has changed of late: the median, and the median of the distances from it
(MAD), which a few strange values do not move. What looks strange once is read again before anybody
is told, and what is strange is over only once it has been well within bounds twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal

KEPT = 24
LEAST = 8
"""Changes that must be known before anything is called strange."""

CONFIRM_WITHIN = timedelta(seconds=60)
_SIGMA = 1.4826
"""A MAD in standard deviations, where the distances are normally spread."""
_CALM_AT = 0.5
"""Of the threshold: what it must stay below to be calm again."""
_CALM_READINGS = 2
_LEAST_CHANGE = 3.0
_LEAST_SHARE = 0.001
"""A change below this is noise, however even the count was before."""

State = Literal["calm", "suspected", "open"]
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdict` is what has changed with this reading."""

    watch: dict[str, Any]
    verdict: Literal["opened", "closed", "suspected"] | None = None
    expected: int = 0
    deviations: float = 0.0
    samples: int = 0


def judge(watch: dict[str, Any] | None, value: int, *, at: datetime, threshold: float) -> Judgement:
    """
    `watch` is what the last judgement gave: `v` and `t` the last value that counts, `r` its changes
    an hour of late, `s` the state, `n` calm readings in a row.
    """
    moment = at.timestamp()
    if watch is None:
        return Judgement({"v": value, "t": moment, "r": [], "s": "calm", "n": 0})
    hours = (moment - watch["t"]) / _HOUR
    if hours <= 0:
        # The clock was set back, or the same moment again: nothing can be said of a speed.
        return Judgement({**watch, "v": value, "t": moment})
    rates: list[float] = watch["r"]
    rate = (value - watch["v"]) / hours
    if len(rates) < LEAST:
        return Judgement({**watch, "v": value, "t": moment, "r": [*rates, _short(rate)]})
    if watch["s"] == "calm" and _is_plain(rate, rates, value=value, hours=hours, most=threshold):
        learnt = [*rates, _short(rate)][-KEPT:]
        return Judgement({**watch, "v": value, "t": moment, "r": learnt}, samples=len(rates))
    usual = median(rates)
    deviations = _deviations(rate, rates, usual, value=value, hours=hours)
    seen = Judgement(watch, None, round(watch["v"] + usual * hours), deviations, len(rates))
    return _moved(seen, watch["s"], value=value, moment=moment, rate=rate, threshold=threshold)


def _moved(
    seen: Judgement, state: State, *, value: int, moment: float, rate: float, threshold: float
) -> Judgement:
    is_strange = seen.deviations > threshold
    taken = {**seen.watch, "v": value, "t": moment}
    learnt = {**taken, "r": [*seen.watch["r"], _short(rate)][-KEPT:]}
    if state == "calm":
        # The value before the suspicion stays the one that the second reading is held against.
        if is_strange:
            return _said(seen, {**seen.watch, "s": "suspected"}, "suspected")
        return _said(seen, learnt, None)
    if state == "suspected":
        if is_strange:
            return _said(seen, {**taken, "s": "open", "n": 0}, "opened")
        return _said(seen, {**learnt, "s": "calm"}, None)
    if seen.deviations > threshold * _CALM_AT:
        return _said(seen, {**taken, "n": 0}, None)
    calm = seen.watch["n"] + 1
    if calm < _CALM_READINGS:
        return _said(seen, {**learnt, "n": calm}, None)
    return _said(seen, {**learnt, "s": "calm", "n": 0}, "closed")


def _said(
    seen: Judgement, watch: dict[str, Any], verdict: Literal["opened", "closed", "suspected"] | None
) -> Judgement:
    return Judgement(watch, verdict, seen.expected, seen.deviations, seen.samples)


def _is_plain(
    rate: float, rates: Sequence[float], *, value: int, hours: float, most: float
) -> bool:
    """Whether nothing can be strange, however the changes lie: most counts hardly move, and there are many."""
    return abs(rate) + max(map(abs, rates)) <= _noise(value, hours) * most


def _noise(value: int, hours: float) -> float:
    return max(_LEAST_CHANGE, abs(value) * _LEAST_SHARE) / hours / 3


def _deviations(
    rate: float, rates: Sequence[float], usual: float, *, value: int, hours: float
) -> float:
    spread = median(abs(one - usual) for one in rates) * _SIGMA
    # A count that has never moved has no spread at all, and would be strange for a single follower.
    return abs(rate - usual) / max(spread, _noise(value, hours))


def _short(rate: float) -> float:
    return float(f"{rate:.4g}")
