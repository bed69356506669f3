"""
WebSockets as this server speaks them: uvicorn's, with a way to write that never waits and an
end that does not wait either.

The ASGI way to send builds a frame per receiver and blocks on a peer that does not read;
so does its way to close. A route reaches the socket itself by `of(scope)`.
"""

from __future__ import annotations

import logging
from asyncio.transports import BaseTransport
from collections.abc import Mapping
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request
from websockets.protocol import State

LARGEST_MESSAGE = 64 * 1024
_EXTENSION = "retinue.socket"
_MOST_FRAGMENTS = 256
_MOST_UNREAD_BYTES = 256 * 1024
_PATIENCE_AT_SHUTDOWN = 0.5
_PATIENCE_AFTER_THE_END = 5.0

# uvicorn tells of every handshake with its whole URL; what is worth a line, the routes say themselves.
_logger = logging.getLogger("retinue.sockets")
_logger.setLevel(logging.WARNING)


class Socket(WebSocketsSansIOProtocol):
    """Whoever does not read is let go: after a ping without answer, at the end, at shut-down."""

    def connection_made(self, transport: BaseTransport) -> None:
        self.logger = _logger
        super().connection_made(transport)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][_EXTENSION] = {"socket": self}

    @property
    def is_open(self) -> bool:
        return (
            self.handshake_complete
            and not self.disconnected
            and not self.close_sent
            and self.conn.state is State.OPEN
            and not self.transport.is_closing()
        )

    @property
    def is_ready(self) -> bool:
        """Whether what is written now goes out, instead of on top of what the peer has not read yet."""
        return self.writable.is_set() and self.is_open

    def write(self, frames: bytes) -> None:
        """Whole frames, as `kit.web_socket_frames` builds them. Nothing happens where the end has come."""
        if self.is_open:
            self.transport.write(frames)

    async def drained(self) -> None:
        """Until the peer has read most of what was written, or is gone."""
        await self.writable.wait()

    def hang_up(self, code: int, reason: str, *, within: float) -> None:
        """Say why, behind all that was written, and end after `within` seconds whether it was read or not."""
        if not self.is_open:
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(within, self._let_go)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # Closing waits until the peer has read everything, and this one reads nothing.
        self.loop.call_later(_PATIENCE_AT_SHUTDOWN, self._let_go)

    def shutdown(self) -> None:
        super().shutdown()
        self.loop.call_later(_PATIENCE_AT_SHUTDOWN, self._let_go)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            # A refusal ends the handshake as well; without this each one would be logged as a fault of ours.
            self.handshake_complete = True

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(_PATIENCE_AFTER_THE_END, self._let_go)

    def handle_ping(self) -> None:
        if self.transport.get_write_buffer_size() > _MOST_UNREAD_BYTES:
            self._let_go()
            return
        super().handle_ping()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= _MOST_FRAGMENTS:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def _let_go(self) -> None:
        if not self.disconnected:
            self.transport.abort()


OPTIONS: Mapping[str, Any] = {
    "ws": Socket,
    "ws_max_size": LARGEST_MESSAGE,
    "ws_per_message_deflate": False,
    # A peer that has stopped reading answers no ping either and is gone 31 seconds later at most.
    "ws_ping_interval": 15.0,
    "ws_ping_timeout": 15.0,
}
"""What `uvicorn.Config` needs for it."""


def of(scope: Mapping[str, Any]) -> Socket | None:
    """The socket of a request; None behind another server than ours."""
    found: Socket | None = scope.get("extensions", {}).get(_EXTENSION, {}).get("socket")
    return found
