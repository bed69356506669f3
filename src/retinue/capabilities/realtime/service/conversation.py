"""What one client and the server say to each other, from the first message to the last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from retinue.capabilities.realtime import rules
from retinue.capabilities.realtime.schemas import Ping, encoded
from retinue.capabilities.realtime.service.hub import Hub, heard_by, resync
from retinue.capabilities.realtime.service.line import Line, Wire
from retinue.foundation.errors import Refusal
from retinue.foundation.events import service as events
from retinue.foundation.http.principals import CallerRequest, Principal

TOO_MUCH = 1008
_GRACE = 5.0


async def serve(
    hub: Hub,
    wire: Wire,
    *,
    caller: tuple[CallerRequest, Principal],
    incoming: AsyncIterator[str | None],
    since: int | None,
    version: str,
) -> None:
    """
    Greet, catch up from `since`, and go on live until `incoming` ends.

    `incoming` gives each message of the client, None for one that is not text.
    """
    line = hub.open_line(wire, *caller)
    delivering = asyncio.create_task(line.deliver())
    try:
        await _catch_up(hub, line, since=since, version=version)
        await _listen(hub, line, incoming)
    finally:
        delivering.cancel()
        hub.close_line(line)


async def _catch_up(hub: Hub, line: Line, *, since: int | None, version: str) -> None:
    """Ends in the same turn of the loop in which the line becomes live: nothing is between the two."""
    present = await asyncio.to_thread(_position, hub)
    hub.begin(present.last)
    is_too_old = since is not None and not present.oldest - 1 <= since <= present.last
    line.position = present.last if since is None or is_too_old else since
    hello = {
        "oldest": present.oldest,
        "last": present.last,
        "server_version": version,
        "types": sorted(line.audience.types),
    }
    _say(hub, line, "hello", hello)
    if is_too_old:
        line.tell((resync(since or 0, present, runtime=hub.runtime),))
    while hub.position is not None and line.position < hub.position and line.wire.is_open:
        reading, messages = await asyncio.to_thread(hub.read, line.position)
        if reading.needs_resync:
            line.tell((resync(line.position, reading, runtime=hub.runtime),))
            line.position = reading.last
        elif messages:
            line.position = messages[-1].seq
            line.tell(heard_by(line.audience, messages))
        await line.flush()
    line.is_live = True


async def _listen(hub: Hub, line: Line, incoming: AsyncIterator[str | None]) -> None:
    pace = rules.Pace()
    async for text in incoming:
        if not pace.allows(hub.runtime.clock.monotonic()):
            reason = f"more than {rules.MESSAGES_PER_SECOND} messages in a second"
            line.wire.hang_up(TOO_MUCH, reason, within=_GRACE)
            return
        try:
            _obey(hub, line, text)
        except Refusal as refusal:
            told = {"code": refusal.code, "message": refusal.message, **refusal.facts}
            _say(hub, line, "error", told)


def _obey(hub: Hub, line: Line, text: str | None) -> None:
    wanted = rules.understood(text)
    if isinstance(wanted, Ping):
        _say(hub, line, "pong", {"ping": wanted.value})
        return
    rules.check_visible(wanted.types, line.principal)
    hub.subscribe(line, wanted.types)
    _say(hub, line, "subscribed", {"types": sorted(line.audience.types)})


def _say(hub: Hub, line: Line, type: str, data: Mapping[str, Any]) -> None:  # noqa: A002 - the word of the contract
    line.tell((encoded(line.position, type, data, at=hub.runtime.clock.now()),))


def _position(hub: Hub) -> events.Reading:
    with hub.runtime.database.reading() as db:
        return events.position(db)
