"""
How numbers move, as pure functions of a seed, a subject and a time.

Times are seconds after the epoch of the world. The same question has the same
answer on every machine, whoever asked before: nothing is counted along.
"""

from functools import lru_cache
from math import cos, floor, log2, sin, tau
from typing import NamedTuple

from sandgram.seeding import share

DAY = 86_400.0
HALF_LIFE = 43_200.0
"""Half of a post's first likes have come after so many seconds."""

MOST_COMMENTS = 200
_TIDE, _RIPPLE, _TREND, _BURST = range(801, 805)
_RHYTHM = 0.6
_TREND_EVERY, _TREND_LASTS = 12 * DAY, 3 * DAY


class Pulse(NamedTuple):
    """What decides how one post fares."""

    posted: float
    crowd: int
    """How many may like it at most."""
    reach: float
    """How many have liked it after some days."""
    comment_every: int
    """Every so many likes bring a comment."""
    play_factor: int
    """Plays for a like; 0 where there is nothing to play."""


def awake(seconds: float) -> float:
    """Time as a crowd feels it: it passes faster by day than by night, and a day is a day."""
    turn = tau * (seconds / DAY - 0.4)
    return seconds - _RHYTHM * DAY / tau * cos(turn)


def likes(pulse: Pulse, seconds: float) -> int:
    """Most come within three days, a few for as long as the post is there; none is taken back."""
    age = awake(seconds) - awake(pulse.posted)
    if seconds <= pulse.posted or age <= 0:
        return 0
    first = 0.92 * (1 - 2 ** (-age / HALF_LIFE))
    late = 0.04 * log2(1 + age / (3 * DAY))
    return min(pulse.crowd, int(pulse.reach * (first + late)))


def comments(pulse: Pulse, liked: int) -> int:
    return min(MOST_COMMENTS, liked // pulse.comment_every)


def plays(pulse: Pulse, seconds: float) -> int | None:
    if pulse.play_factor == 0:
        return None
    age = awake(seconds) - awake(pulse.posted)
    if seconds <= pulse.posted or age <= 0:
        return 0
    first = 1 - 2 ** (-age / (1.5 * HALF_LIFE))
    late = 0.08 * log2(1 + age / DAY)
    return int(pulse.reach * pulse.play_factor * (first + late))


def favour(seed: int, index: int, seconds: float) -> float:
    """
    How much of their wavering audience a person holds at a time, in [0, 1].

    A slow tide, a ripple over two days, a daily rhythm, and now and then a rush
    that is over after three days.
    """
    days = seconds / DAY
    held = (
        0.08
        + 0.40 * _wave(seed, _TIDE, index, days / 11)
        + 0.16 * _wave(seed, _RIPPLE, index, days / 1.7)
        + 0.03 * sin(tau * (days - 0.4))
        + _rush(seed, index, seconds)
    )
    return min(1.0, max(0.0, held))


def _wave(seed: int, kind: int, index: int, at: float) -> float:
    number = floor(at)
    rest = at - number
    one, two = _knots(seed, kind, index, number)
    return one + (two - one) * rest * rest * (3 - 2 * rest)


@lru_cache(maxsize=32_768)
def _knots(seed: int, kind: int, index: int, number: int) -> tuple[float, float]:
    return share(seed, kind, index, number), share(seed, kind, index, number + 1)


def _rush(seed: int, index: int, seconds: float) -> float:
    number = floor(seconds / _TREND_EVERY)
    luck = share(seed, _BURST, index, number)
    if luck >= 0.15:
        return 0.0
    begins = number * _TREND_EVERY + luck / 0.15 * (_TREND_EVERY - _TREND_LASTS)
    since = (seconds - begins) / _TREND_LASTS
    if not 0 < since < 1:
        return 0.0
    # Up within a few hours, then slowly down to nothing.
    return 0.3 * min(since / 0.1, (1 - since) / 0.9)
