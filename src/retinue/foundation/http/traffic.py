"""How many requests there were to each route, how they were answered and how long that took."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retinue.foundation.clock import Clock, SystemClock

_MOST = 5000
_ELSEWHERE = "none"
"""Where no route was found: what a stranger has typed must not become a name that is kept."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Key:
    method: str
    route: str
    status: int


@dataclass(slots=True)
class Count:
    number: int = 0
    seconds: float = 0.0


class Traffic:
    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._counts: dict[Key, Count] = {}

    def began(self) -> float:
        return self._clock.monotonic()

    def note(self, key: Key, *, since: float) -> None:
        seconds = self._clock.monotonic() - since
        with self._lock:
            count = self._counts.get(key)
            if count is None:
                if len(self._counts) >= _MOST:
                    return
                count = self._counts[key] = Count()
            count.number += 1
            count.seconds += seconds

    def counts(self) -> dict[Key, Count]:
        with self._lock:
            return {key: Count(one.number, one.seconds) for key, one in self._counts.items()}


class Counted:
    """The outermost layer, so that what is refused before any route counts too."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        since = self._traffic.began()

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._traffic.note(_key(scope, message["status"]), since=since)
            await send(message)

        await self._app(scope, receive, send_counted)


def _key(scope: Scope, status: int) -> Key:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", None)
    return Key(method, route or _ELSEWHERE, status)
