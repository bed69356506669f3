"""Bare sockets that count what the live stream sends, so that they take as little of the machine as can be."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import datetime

_TOKEN = b'"timestamp"'
_PING = b"\x89\x04"
_STAMP = len(b'"timestamp":"')


class Listener(asyncio.Protocol):
    """Counts what comes without looking at it; every hundredth also notes how late it is."""

    def __init__(self, port: int, heard: Hearing, *, notes_delay: bool) -> None:
        self._heard, self._notes_delay = heard, notes_delay
        self._head = (
            f"GET /api/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        self._tail = b""
        self._is_let_in = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        whole = self._tail + data
        if not self._is_let_in and b"\r\n\r\n" in whole:
            self._is_let_in = True
            self._heard.let_in += 1
        self._heard.count += whole.count(_TOKEN)
        self._tail = whole[-(len(_TOKEN) - 1) :]
        if _PING in whole:
            self._answer(whole)
        if self._notes_delay:
            self._note(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard.lost += 1

    def _answer(self, whole: bytes) -> None:
        """Texts are ASCII, so a byte above it is a ping's first."""
        place = whole.find(_PING) + len(_PING)
        payload = whole[place : place + 4]
        if len(payload) == 4:
            self._transport.write(b"\x8a\x84\0\0\0\0" + payload)

    def _note(self, data: bytes) -> None:
        place = data.find(_TOKEN)
        if place >= 0:
            stamp = data[place + _STAMP : place + _STAMP + 27].decode(errors="replace")
            if stamp.endswith("Z"):
                sent = datetime.fromisoformat(stamp).timestamp()
                self._heard.delays.append((time.time() - sent) * 1000)


class Hearing:
    def __init__(self) -> None:
        self.count = 0
        self.lost = 0
        self.let_in = 0
        self.delays: list[float] = []


def listen(port: int, clients: int) -> None:
    """Says `ready`, and after each line with a number: when so many have come, or what is missing."""

    async def run() -> None:
        loop, heard = asyncio.get_running_loop(), Hearing()
        for number in range(clients):
            await loop.create_connection(
                lambda number=number: Listener(port, heard, notes_delay=number % 100 == 0),
                "127.0.0.1",
                port,
            )
        while heard.let_in < clients:  # noqa: ASYNC110 - as below
            await asyncio.sleep(0.1)
        # The greeting comes after the handshake.
        await asyncio.sleep(2)
        heard.count = heard.lost = 0
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            wanted, end = int(line), time.perf_counter() + 60
            while heard.count < wanted and time.perf_counter() < end:  # noqa: ASYNC110 - an event per message would be measured too
                await asyncio.sleep(0.001)
            delays = sorted(heard.delays) or [0.0]
            print(
                time.perf_counter(),
                wanted - heard.count,
                heard.lost,
                delays[len(delays) // 2],
                delays[int(len(delays) * 0.99)],
                flush=True,
            )
            heard.count = 0
            heard.delays.clear()

    asyncio.run(run())
