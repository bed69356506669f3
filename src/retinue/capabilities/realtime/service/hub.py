"""One reader per process: it encodes every event once and hands it to everybody who may hear it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress

from retinue.capabilities.realtime import rules
from retinue.capabilities.realtime.errors import NoRoomForMore
from retinue.capabilities.realtime.schemas import Message, encoded
from retinue.capabilities.realtime.service.line import Line, Wire
from retinue.foundation.errors import Refusal
from retinue.foundation.events import service as events
from retinue.foundation.http.principals import Authenticator, CallerRequest, Principal
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

NOT_ANY_MORE = 4401
CHUNK = 100
"""Less than a client may have waiting, so that one burst cuts off nobody who reads."""

_MOST_LINES = 4000
_POLL_SECONDS = 0.2
_RECHECK_SECONDS = 0.5
_PAUSE_AFTER_ERROR = 1.0
_IN_ONE_GO = 250
_BREATH_PER_LINE = 0.00005
_LONGEST_BREATH = 0.1


class Hub:
    """
    Lives on the loop of its first client; without a client it does nothing at all.

    `position` is the number of the last event that was handed out: who has that one
    and is live misses nothing.
    """

    def __init__(self, runtime: Runtime, authenticator: Authenticator) -> None:
        self.runtime = runtime
        self.position: int | None = None
        self._authenticator = authenticator
        self._lines: set[Line] = set()
        self._audiences: dict[object, rules.Audience] = {}
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def check_room(self) -> None:
        """
        Raises:
            NoRoomForMore: as many listen as can be served.
        """
        if len(self._lines) >= _MOST_LINES:
            message = f"{_MOST_LINES} clients listen already; close some, or come back later."
            raise NoRoomForMore(message, retry_after=30)

    def open_line(self, wire: Wire, request: CallerRequest, principal: Principal) -> Line:
        """From here on the caller is asked for its rights twice a second; it hears nothing before `is_live`."""
        line = Line(wire, request, principal, self._audience(principal, None))
        self._lines.add(line)
        return line

    def begin(self, last: int) -> None:
        """`last` is the newest number there is: what comes after it is handed out."""
        if self.position is None:
            self.position = last
            self._tasks = (
                asyncio.create_task(self._read_on(), name="retinue-live-events"),
                asyncio.create_task(self._recheck(), name="retinue-live-callers"),
            )

    def close_line(self, line: Line) -> None:
        self._lines.discard(line)
        if not self._lines:
            for task in self._tasks:
                task.cancel()
            self._tasks, self.position = (), None
            self._audiences.clear()

    def subscribe(self, line: Line, types: frozenset[str] | None) -> None:
        line.subscribed = types
        line.audience = self._audience(line.principal, types)

    def read(self, since: int) -> tuple[events.Reading, list[Message]]:
        """What comes after `since`, from the database. Blocks; not for the loop's thread."""
        with self.runtime.database.reading() as db:
            reading = events.read_since(db, since, limit=CHUNK)
        return reading, [
            encoded(event.seq, event.type, event.data, at=event.at) for event in reading.events
        ]

    async def _read_on(self) -> None:
        woken = asyncio.Event()
        with events.numbered.heard_by(_Across(asyncio.get_running_loop(), woken)):
            while True:
                # The first event after a silence goes out at once. Of a stream of them, what comes
                # within a breath goes out together: writing to each client is what costs.
                breath = asyncio.create_task(asyncio.sleep(self._breath()))
                woken.clear()
                try:
                    while await self._step():
                        pass
                except Exception:
                    logger.exception("live events wait: they could not be read")
                    await asyncio.sleep(_PAUSE_AFTER_ERROR)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await woken.wait()
                await breath

    def _breath(self) -> float:
        return min(_LONGEST_BREATH, len(self._lines) * _BREATH_PER_LINE)

    async def _step(self) -> bool:
        """Hand out one chunk; whether there may be more."""
        since = self.position or 0
        reading, messages = await asyncio.to_thread(self.read, since)
        if reading.needs_resync:
            self._resync(since, reading)
            return True
        if messages:
            await self._hand_out(messages)
        return len(messages) == CHUNK

    async def _hand_out(self, messages: Sequence[Message]) -> None:
        first, self.position = messages[0].seq, messages[-1].seq
        heard: dict[rules.Audience, tuple[list[Message], bytes]] = {}
        for number, line in enumerate(tuple(self._lines), 1):
            if number % _IN_ONE_GO == 0:
                await asyncio.sleep(0)
            if not line.is_live or line.position >= messages[-1].seq:
                continue
            since, line.position = line.position, messages[-1].seq
            if since >= first:
                line.tell(heard_by(line.audience, messages, since=since))
                continue
            if line.audience not in heard:
                chosen = heard_by(line.audience, messages)
                heard[line.audience] = (chosen, b"".join(one.frame for one in chosen))
            chosen, frames = heard[line.audience]
            if chosen:
                line.tell_joined(chosen, frames)
        # One turn of the loop, in which what has waited goes out.
        await asyncio.sleep(0)

    def _resync(self, since: int, reading: events.Reading) -> None:
        self.position = reading.last
        message = resync(since, reading, runtime=self.runtime)
        for line in self._lines:
            if line.is_live:
                line.position = reading.last
                line.tell((message,))

    async def _recheck(self) -> None:
        """Whoever may no longer listen is cut off; whoever may hear less hears less."""
        while True:
            await asyncio.sleep(_RECHECK_SECONDS)
            by_credential: dict[object, list[Line]] = {}
            for line in self._lines:
                by_credential.setdefault(_credential(line.request), []).append(line)
            for lines in by_credential.values():
                await self._recheck_all(lines)
            kept = {line.audience for line in self._lines}
            self._audiences = {(one.types, one.account_ids): one for one in kept}

    async def _recheck_all(self, lines: Sequence[Line]) -> None:
        request = lines[0].request
        try:
            principal = self._authenticator.remembered(request)
            if principal is None:
                principal = await asyncio.to_thread(self._authenticator, request)
        except Refusal as refusal:
            for line in lines:
                line.end(NOT_ANY_MORE, refusal.message[:100])
            return
        except Exception:
            logger.exception("a caller of the live stream could not be checked")
            return
        for line in lines:
            if principal.actor != line.principal.actor:
                # In demo mode a log-in that has ended leaves the local operator, who is somebody else.
                line.end(NOT_ANY_MORE, "this log-in has ended")
                continue
            line.principal = principal
            line.audience = self._audience(principal, line.subscribed)

    def _audience(self, principal: Principal, wanted: frozenset[str] | None) -> rules.Audience:
        types = rules.visible_types(principal.scopes)
        types = types if wanted is None else types & wanted
        key = (types, principal.account_ids)
        return self._audiences.setdefault(key, rules.Audience(types, principal.account_ids))


class _Across(threading.Event):
    """Set on any thread, heard on the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> None:
        super().__init__()
        self._loop, self._woken = loop, woken

    def set(self) -> None:
        # A loop that has ended needs no waking.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._woken.set)


def heard_by(
    audience: rules.Audience, messages: Iterable[Message], *, since: int = 0
) -> list[Message]:
    return [one for one in messages if one.seq > since and audience.hears(one)]


def resync(since: int, reading: events.Reading, *, runtime: Runtime) -> Message:
    data = {"since": since, "oldest": reading.oldest, "last": reading.last}
    return encoded(reading.last, "resync", data, at=runtime.clock.now())


def _credential(request: CallerRequest) -> object:
    """Whatever a caller can be recognised by: two requests of which it is the same are one caller."""
    headers = request.headers.raw
    shown = frozenset(pair for pair in headers if pair[0] != b"sec-websocket-key")
    return (request.client.host if request.client else None, shown)
