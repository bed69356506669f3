from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError

from retinue import __version__
from retinue.capabilities.realtime import service
from retinue.capabilities.realtime.errors import ServerCannotStream
from retinue.foundation.errors import Refusal
from retinue.foundation.http import Scope, requires, sockets

router = APIRouter()

_TRY_AGAIN_LATER = 1013
_LARGEST_NUMBER = 2**63 - 1


@router.websocket("/api/ws", dependencies=[requires(Scope.own)])
async def listen(
    websocket: WebSocket,
    since: Annotated[int | None, Query(ge=0, le=_LARGEST_NUMBER)] = None,
) -> None:
    """The live stream. Who may hear what is decided per event; docs/reference/websocket.md has the messages."""
    hub: service.Hub = websocket.app.state.live
    wire = sockets.of(websocket.scope)
    if wire is None:
        raise ServerCannotStream("Start it with `retinue up`: this server hands out no sockets.")
    hub.check_room()
    await websocket.accept()
    try:
        # A peer that is gone shows at the next word to it, whichever word that is.
        with suppress(WebSocketDisconnect, OSError):
            await service.serve(
                hub,
                wire,
                caller=(websocket, websocket.state.principal),
                incoming=_messages(websocket),
                since=since,
                version=__version__,
            )
    except (Refusal, SQLAlchemyError):
        wire.hang_up(_TRY_AGAIN_LATER, "the database does not answer; try again later", within=1)


async def _messages(websocket: WebSocket) -> AsyncIterator[str | None]:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        yield message.get("text")
