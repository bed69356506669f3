"""
A request is received in time, or not at all.

A peer that sends a byte now and then costs it nothing and holds a socket here; some hundred of
them would keep everybody else out.
"""

from __future__ import annotations

import asyncio
import ipaddress
import resource
from collections import Counter
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_SECONDS = 10.0
BODY_SECONDS = 60.0
MOST_OF_ONE_ADDRESS = 50
_MOST_AT_ONCE = 2000
_FILES_OF_OUR_OWN = 200

_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Punctual(HttpToolsProtocol):
    """uvicorn's protocol with an end to waiting, and to how many connections one address may hold."""

    headers_seconds = HEADERS_SECONDS
    body_seconds = BODY_SECONDS
    most_of_one_address = MOST_OF_ONE_ADDRESS

    _held: Counter[str] = Counter()  # noqa: RUF012 - what all connections of the process share

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._requests = 0
        # Requests that came whole, and answers that went whole; one that is refused early is answered first.
        self._received = 0
        self._answered = 0
        # What is waited for: the seconds it may take, and of which request it is.
        self._awaited: tuple[float, int] | None = None
        self._watched: tuple[float, int] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._address: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn narrows it too
        super().connection_made(transport)
        self._hold()
        self._await(self.headers_seconds)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._let_go()
        self._awaited = None
        self._watch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._awaited is None:
            self._await(self.headers_seconds)
        super().data_received(data)
        # Only now: most requests come in one piece and need no timer at all.
        self._watch()

    def on_message_begin(self) -> None:
        self._requests += 1
        self._await(self.headers_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._await(self.body_seconds)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._received += 1
        self._awaited = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._answered += 1
        self._watch()

    def handle_websocket_upgrade(self) -> None:
        # From here on another protocol has the socket, and its own pings.
        self._let_go()
        self._awaited = None
        super().handle_websocket_upgrade()

    def _await(self, seconds: float) -> None:
        self._awaited = (seconds, self._requests)

    def _watch(self) -> None:
        # Whoever waits for an answer is not hurried: what comes meanwhile has its time afterwards.
        awaited = None if self._received > self._answered else self._awaited
        if awaited == self._watched:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._watched = awaited
        if awaited is not None:
            self._timer = self.loop.call_later(awaited[0], self._give_up)

    def _give_up(self) -> None:
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle
        if cycle is None or not cycle.response_started or cycle.response_complete:
            self.transport.write(_LATE)
        self.transport.close()

    def _hold(self) -> None:
        address = self.client[0] if self.client else ""
        if not address or ipaddress.ip_address(address).is_loopback:
            # Everybody on this machine, and everybody behind a proxy on it.
            return
        self._address = address
        self._held[address] += 1
        if self._held[address] > self.most_of_one_address:
            self.transport.abort()

    def _let_go(self) -> None:
        if self._address is not None:
            self._held[self._address] -= 1
            if not self._held[self._address]:
                del self._held[self._address]
            self._address = None


def options() -> Mapping[str, Any]:
    """What `uvicorn.Config` needs for it."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = max(files - _FILES_OF_OUR_OWN, files // 2) if files > 0 else _MOST_AT_ONCE
    # Beyond this a request is answered 503 at once, while there still are files to answer with.
    return {"http": Punctual, "limit_concurrency": min(_MOST_AT_ONCE, room)}
