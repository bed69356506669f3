"""Tokens of accounts, and how many calls an hour each has made."""

import secrets as randomness
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from sandgram.seeding import draw, secret
from sandgram.world.world import World

DEFAULT_TOKEN = "sandgram-graph-token"  # noqa: S105 - a documented one, of an invented world
CALLS_PER_HOUR = 4_800
_PREFIX = "SGG"
_MASK = 911
_TOLD_FROM = 5
"""Percent of the limit from which the usage is told: a quiet caller sees no header."""
_CALLERS_KEPT = 10_000


def token_of(seed: int, number: int) -> str:
    """An account's own token: it follows from the seed, as the other credentials do."""
    hidden = number ^ (draw(seed, _MASK) % (1 << 31))
    return f"{_PREFIX}{hidden:08x}{secret(seed, number, 'graph', size=20).hex()}"


class GraphDesk:
    def __init__(self, world: World, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._world = world
        self._ticks = ticks
        self._lock = threading.Lock()
        self.start_over()

    def start_over(self) -> None:
        with self._lock:
            self.token = DEFAULT_TOKEN
            self.account = 0
            self.calls_per_hour = CALLS_PER_HOUR
            self._minutes: OrderedDict[tuple[int, str], deque[list[int]]] = OrderedDict()

    def change(
        self, *, token: str | None, account: int | None, calls_per_hour: int | None
    ) -> None:  # fmt: skip
        with self._lock:
            if token is not None:
                self.token = token
            if account is not None:
                self.account = account
            if calls_per_hour is not None:
                self.calls_per_hour = calls_per_hour
                self._minutes.clear()

    def number_of(self, token: str) -> int | None:
        """The account whose token it is."""
        if not token:
            return None
        if randomness.compare_digest(token.encode(), self.token.encode()):
            return self.account
        try:
            hidden = int(token[len(_PREFIX) : len(_PREFIX) + 8], 16)
        except ValueError:
            return None
        seed = self._world.seed
        number = hidden ^ (draw(seed, _MASK) % (1 << 31))
        known = token_of(seed, number) if number >= 0 else ""
        return number if randomness.compare_digest(token.encode(), known.encode()) else None

    def count(self, number: int, *, kind: str) -> int:
        """Count one call; answers how much of the hour's limit is used, in percent."""
        limit = self.calls_per_hour
        if limit == 0:
            return 0
        minute = int(self._ticks() // 60)
        with self._lock:
            made = self._minutes.setdefault((number, kind), deque())
            self._minutes.move_to_end((number, kind))
            if len(self._minutes) > _CALLERS_KEPT:
                self._minutes.popitem(last=False)
            while made and made[0][0] <= minute - 60:
                made.popleft()
            if made and made[-1][0] == minute:
                made[-1][1] += 1
            else:
                made.append([minute, 1])
            return sum(count for _, count in made) * 100 // limit

    def shown(self) -> dict[str, Any]:
        with self._lock:
            return {
                "token": self.token,
                "login": self._world.credentials(self.account).login,
                "calls_per_hour": self.calls_per_hour,
            }


def is_told(percent: int) -> bool:
    return percent >= _TOLD_FROM
