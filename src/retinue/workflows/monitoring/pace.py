"""How much it is worth holding: a few seconds' worth of what is read at present."""

from __future__ import annotations

_AHEAD_SECONDS = 3.0
_MOST = 4000
_NEWEST = 0.3


class Pace:
    """A moving average of readings a second, while there is something to read."""

    def __init__(self) -> None:
        self._rate = 0.0
        self._since: float | None = None
        self._number = 0

    def ended(self, number: int, *, elapsed: float) -> None:
        if self._since is None or elapsed - self._since > _AHEAD_SECONDS:
            self._since, self._number = elapsed, 0
            return
        self._number += number
        seconds = elapsed - self._since
        if seconds < 0.5:
            return
        rate = self._number / seconds
        self._rate += (rate - self._rate) * (_NEWEST if self._rate else 1.0)
        self._since, self._number = elapsed, 0

    def room(self, places: int) -> int:
        """How many may be in hand."""
        return int(min(max(self._least_held(places), self._rate * _AHEAD_SECONDS), _MOST))

    def _least_held(self, places: int) -> int:
        # Who shares a small rate with others must not hold what it will not come to within a lease.
        return places if not self._rate else max(places // 4, 10)

    def least(self, places: int) -> int:
        """A claim for fewer is not worth a transaction, as long as the places have work."""
        return max(1, min(self.room(places) // 3, 1000))
