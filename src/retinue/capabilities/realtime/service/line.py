"""One client: what it may hear, how far it is, and what it has not taken yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from retinue.capabilities.realtime.rules import Audience
from retinue.capabilities.realtime.schemas import Message
from retinue.foundation.http.principals import CallerRequest, Principal

MOST_WAITING = 256
PATIENCE = 10.0
"""Seconds in which a client that has fallen behind has to read on."""

TOO_SLOW = 1013
_GRACE = 5.0


class Wire(Protocol):
    """The connection, as `foundation.http.sockets.Socket` has it."""

    @property
    def is_open(self) -> bool: ...

    @property
    def is_ready(self) -> bool:
        """Whether what is written now goes out, instead of on top of what was not read yet."""
        ...

    def write(self, frames: bytes) -> None:
        """Never waits."""
        ...

    async def drained(self) -> None: ...

    def hang_up(self, code: int, reason: str, *, within: float) -> None: ...


class Line:
    """All of it happens on the loop; between two awaits nothing else does."""

    def __init__(
        self, wire: Wire, request: CallerRequest, principal: Principal, audience: Audience
    ) -> None:
        self.wire = wire
        self.request = request
        self.principal = principal
        self.audience = audience
        self.subscribed: frozenset[str] | None = None
        self.position = 0
        """The number of the last event that was looked at for this client, heard or not."""
        self.is_live = False
        self._waiting: deque[Message] = deque()
        self._woken = asyncio.Event()

    def tell(self, messages: Sequence[Message]) -> None:
        """Send in order, now or once the client has read on; who is too far behind is cut off."""
        if not self._waiting and self.wire.is_ready:
            self.wire.write(b"".join(message.frame for message in messages))
            return
        self._waiting.extend(messages)
        self._woken.set()
        if len(self._waiting) > MOST_WAITING:
            self._cut_off()

    def tell_joined(self, messages: Sequence[Message], frames: bytes) -> None:
        """`tell`, with the frames of `messages` in one piece that was made for many."""
        if not self._waiting and self.wire.is_ready:
            self.wire.write(frames)
        else:
            self.tell(messages)

    async def flush(self) -> None:
        """Until the client has room again; cuts it off when that takes too long."""
        if self.wire.is_ready:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self.wire.drained()
        except TimeoutError:
            self._cut_off()

    async def deliver(self) -> None:
        """Send what waits, each time that some does. Ends by being cancelled."""
        while True:
            await self._woken.wait()
            await self.flush()
            # From here to the write nothing is awaited, so nothing overtakes what has waited.
            self._woken.clear()
            frames = b"".join(message.frame for message in self._waiting)
            self._waiting.clear()
            self.wire.write(frames)

    def end(self, code: int, reason: str) -> None:
        self._waiting.clear()
        self.wire.hang_up(code, reason, within=_GRACE)

    def _cut_off(self) -> None:
        self.end(TOO_SLOW, "too slow: come back with the last number that you have seen")
