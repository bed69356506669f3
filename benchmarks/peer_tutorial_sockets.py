"""A live stream as tutorials show it: a list of connections, and a loop that sends to each."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


class Connections:
    def __init__(self) -> None:
        self.active: list[WebSocket] = []

    async def hold(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.active.append(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            self.active.remove(websocket)

    async def broadcast(self, message: dict[str, Any]) -> None:
        for websocket in tuple(self.active):
            with suppress(WebSocketDisconnect):
                await websocket.send_json(message)

    async def broadcast_text(self, message: dict[str, Any]) -> None:
        text = json.dumps(message)
        for websocket in tuple(self.active):
            with suppress(WebSocketDisconnect):
                await websocket.send_text(text)


def create_app(data: dict[str, Any], *, encodes_once: bool) -> Starlette:
    """Sends as many events as each line of the standard input says."""
    connections = Connections()
    send = connections.broadcast_text if encodes_once else connections.broadcast

    async def burst(count: int) -> None:
        for seq in range(count):
            timestamp = datetime.now(UTC).isoformat()
            await send({"seq": seq, "type": "session_update", "data": data, "timestamp": timestamp})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def obey() -> None:
            for line in sys.stdin:
                asyncio.run_coroutine_threadsafe(burst(int(line)), loop)

        threading.Thread(target=obey, daemon=True).start()
        yield

    return Starlette(routes=[WebSocketRoute("/api/ws", connections.hold)], lifespan=lifespan)
