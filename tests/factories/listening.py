"""
A crowd of clients of the live stream in one process: those who read, and those who have stopped.

They look at the numbers of what comes and at little else, so that a thousand of them take less of
the machine than the server that they listen to.
"""

from __future__ import annotations

import asyncio
import re
import socket
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

_NUMBERED = b',"type":"'
_EVENT = re.compile(rb'\{"seq":(\d+),"type":"[^"]+","data":.*?"timestamp":"([^"]+)"\}')
_PING = b"\x89\x04"
_PATIENCE = 60.0
_SMALL_BUFFER = 4096


def request(port: int, since: int | None = None) -> bytes:
    query = "" if since is None else f"?since={since}"
    return (
        f"GET /api/ws{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


@dataclass
class Tally:
    """What all clients together have found."""

    missing: int = 0
    doubled: int = 0
    out_of_order: int = 0
    lost_lines: int = 0
    """Clients that the server has closed though they read."""


class Listener(asyncio.Protocol):
    """One client over all its connections. `position` is the last number that it has seen."""

    def __init__(self, crowd: Crowd, *, is_timed: bool, keeps_all: bool = False) -> None:
        self.position: int | None = None
        self.is_greeted = False
        self.kept = bytearray()
        self._crowd, self._is_timed, self._keeps_all = crowd, is_timed, keeps_all
        self._is_leaving = False
        self._is_let_in = False
        self._tail = b""
        self._transport: asyncio.Transport | None = None

    async def connect(self, port: int) -> None:
        """Come (back) with the last number seen."""
        self.is_greeted = self._is_let_in = self._is_leaving = False
        self._tail = b""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", port)
        assert self._transport is not None
        self._transport.write(request(port, self.position))

    def leave(self) -> None:
        """In the middle of whatever comes, without a word."""
        self._is_leaving = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._is_leaving:
            self._crowd.tally.lost_lines += 1

    def data_received(self, data: bytes) -> None:
        if self._is_leaving:
            return
        if self._keeps_all:
            self.kept += data
        whole = self._tail + data
        if not self._is_let_in:
            head, end, rest = whole.partition(b"\r\n\r\n")
            if not end:
                self._tail = whole
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._is_let_in, whole = True, rest
        if _PING in whole:
            self._answer(whole)
        if not self.is_greeted:
            whole = self._greeted(whole)
        last_at = whole.rfind(_NUMBERED)
        if last_at < 0:
            self._tail = whole
            return
        # The rest of the last message holds no further number, so nothing is counted twice.
        self._tail = whole[last_at + len(_NUMBERED) :]
        self._count(whole, last_at)

    def _greeted(self, whole: bytes) -> bytes:
        at = whole.find(_NUMBERED)
        if at < 0:
            return whole
        number = _number_before(whole, at)
        if self.position is not None and number != self.position:
            self._crowd.tally.missing += 1
        self.position, self.is_greeted = number, True
        return whole[at + len(_NUMBERED) :]

    def _count(self, whole: bytes, last_at: int) -> None:
        tally, before = self._crowd.tally, self.position or 0
        first = _number_before(whole, whole.find(_NUMBERED))
        last = _number_before(whole, last_at)
        count = whole.count(_NUMBERED)
        tally.missing += max(0, last - before - count)
        tally.doubled += max(0, before + 1 - first)
        if self._crowd.is_exact:
            found = [int(number) for number in re.findall(rb'\{"seq":(\d+),"type":"', whole)]
            tally.out_of_order += found != list(range(before + 1, before + 1 + count))
        self.position = last
        if self._is_timed:
            self._crowd.note(first, last)

    def _answer(self, whole: bytes) -> None:
        """Texts are ASCII, so a byte above it is a ping's first."""
        place = whole.find(_PING) + len(_PING)
        payload = whole[place : place + 4]
        if len(payload) == 4 and self._transport is not None:
            self._transport.write(b"\x8a\x84\0\0\0\0" + payload)


@dataclass
class Crowd:
    """`ports` are of servers of one database. Lives on one loop; `is_exact` looks at every number by itself."""

    ports: Sequence[int]
    is_exact: bool = False
    tally: Tally = field(default_factory=Tally)
    steady: list[Listener] = field(default_factory=list)
    restless: list[Listener] = field(default_factory=list)
    stalled: list[socket.socket] = field(default_factory=list)
    returns: int = 0
    _firsts: array[int] = field(default_factory=lambda: array("q"))
    _lasts: array[int] = field(default_factory=lambda: array("q"))
    _moments: array[float] = field(default_factory=lambda: array("d"))

    async def gather(self, *, steady: int, restless: int, stalled: int) -> None:
        """Until all who read have been greeted."""
        for number in range(steady):
            one = Listener(self, is_timed=True, keeps_all=number == 0)
            self.steady.append(one)
            await one.connect(self._port(number))
        for number in range(restless):
            one = Listener(self, is_timed=False)
            self.restless.append(one)
            await one.connect(self._port(number))
        for number in range(stalled):
            self.stalled.append(_stalled(self._port(number)))
        await self.until(lambda one: one.is_greeted)

    async def come_and_go(self, times: int, *, seconds: float) -> None:
        """The restless leave and come back to the next server, so often in all, spread over this time."""
        for number in range(times):
            one = self.restless[number % len(self.restless)]
            while not one.is_greeted:  # noqa: ASYNC110 - an event for each message would be measured too
                await asyncio.sleep(0.01)
            one.leave()
            # What happens while it is away is what `since` is for.
            await asyncio.sleep(seconds / times)
            self.returns += 1
            await one.connect(self._port(self.returns + number // len(self.restless)))

    async def until(self, is_done: object, *, patience: float = _PATIENCE) -> bool:
        """Whether all who read came so far."""
        assert callable(is_done)
        end = time.monotonic() + patience
        while not all(is_done(one) for one in (*self.steady, *self.restless)):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.05)
        return True

    def close(self) -> None:
        for one in (*self.steady, *self.restless):
            one.leave()
        for raw in self.stalled:
            raw.close()

    def note(self, first: int, last: int) -> None:
        self._firsts.append(first)
        self._lasts.append(last)
        self._moments.append(time.time())

    def forget_delays(self) -> None:
        """What has come until now was for warming up."""
        for one in (self._firsts, self._lasts, self._moments):
            del one[:]

    def delays(self) -> dict[float, float]:
        """Share of all messages to those who stayed -> milliseconds from the event's moment until it was there."""
        counts = Counter(self._each_delay(_stamps(bytes(self.steady[0].kept))))
        found, seen, total = dict.fromkeys((0.5, 0.99, 1.0), 0.0), 0, counts.total()
        for delay in sorted(counts):
            seen += counts[delay]
            for share in found:
                if seen - counts[delay] < share * total <= seen:
                    found[share] = delay
        return found

    def _each_delay(self, stamps: Mapping[int, float]) -> Iterator[float]:
        for first, last, moment in zip(self._firsts, self._lasts, self._moments, strict=True):
            for number in range(first, last + 1):
                yield round((moment - stamps[number]) * 1000, 1)

    def _port(self, number: int) -> int:
        return self.ports[number % len(self.ports)]


def _number_before(whole: bytes, at: int) -> int:
    return int(whole[whole.rindex(b":", 0, at) + 1 : at])


def _stamps(kept: bytes) -> dict[int, float]:
    """Number -> when it was published, which is before its commit."""
    return {
        int(number): datetime.fromisoformat(stamp.decode()).timestamp()
        for number, stamp in _EVENT.findall(kept)
    }


def _stalled(port: int) -> socket.socket:
    """One that never reads, not even the answer to its handshake, and has little room for what comes."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
    raw.connect(("127.0.0.1", port))
    raw.sendall(request(port))
    return raw
