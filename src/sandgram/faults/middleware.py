"""The ASGI layer that makes faults happen on the connection itself."""

import asyncio
import json
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from sandgram.faults.answers import PAGES, Answer, answer_for
from sandgram.faults.book import FaultBook
from sandgram.faults.dialects import Dialect
from sandgram.faults.requests import about
from sandgram.faults.rules import AFTER_EFFECT, LONGEST_STALL, FaultKind, FaultRule
from sandgram.store import logins
from sandgram.world import cookies
from sandgram.world.world import World

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOGIN_BODY = 10_000
_DEFAULT_SLOW = 3.0


@dataclass(slots=True)
class _Caught:
    """An answer that was made but not sent."""

    start: Message = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Faults:
    """Wraps the application. It must be the outermost layer, for it needs the bare connection."""

    def __init__(
        self,
        app: App,
        *,
        book: FaultBook,
        world: World,
        dialects: Mapping[str, Dialect] | None = None,
    ) -> None:
        """`dialects` holds the surfaces with a language of their own by the first part of the path."""
        self._app = app
        self._dialects = dialects or {}
        self._book = book
        self._world = world
        self._end = asyncio.Event()

    def let_go(self) -> None:
        """End every stall, so that the server can."""
        self._end.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = None
        if scope["type"] == "http" and not self._book.is_empty:
            rule, receive = await self._look_up(scope, receive)
        if rule is None:
            await self._app(scope, receive, send)
        elif rule.kind in AFTER_EFFECT:
            await self._strike_after(rule, scope, receive, send)
        else:
            await self._strike_before(rule, scope, receive, send)

    def _dialect(self, scope: Scope) -> Dialect | None:
        path: str = scope["path"]
        return self._dialects.get(path.removeprefix("/").partition("/")[0])

    def _answer(self, rule: FaultRule, scope: Scope) -> Answer:
        dialect = self._dialect(scope)
        if dialect is None or (rule.kind in PAGES and not dialect.has_pages):
            return answer_for(rule)
        return dialect.answer(rule, scope)

    def _note(self, scope: Scope, status: str) -> None:
        dialect = self._dialect(scope)
        if dialect is not None:
            dialect.note(scope, status)

    async def _look_up(self, scope: Scope, receive: Receive) -> tuple[FaultRule | None, Receive]:
        dialect = self._dialect(scope)
        if dialect is not None:
            return await self._look_up_in(dialect, scope, receive)
        subject = about(scope["method"], scope["path"])
        if subject is None:
            return None, receive
        if subject.action in ("login", "email_code"):
            body, receive = await _peek(receive)
            account = self._login_in(body)
        else:
            account = self._account_of(scope)
        rule = self._book.strike(
            subject,
            account=account,
            address=_address(scope),
            now=self._world.now(),
        )
        return rule, receive

    async def _look_up_in(
        self, dialect: Dialect, scope: Scope, receive: Receive
    ) -> tuple[FaultRule | None, Receive]:
        subject = dialect.about(scope)
        if subject is None:
            return None, receive
        if dialect.account_in is not None and subject.action == "login":
            body, receive = await _peek(receive)
            account = dialect.account_in(body)
        else:
            account = dialect.account(scope)
        rule = self._book.strike(
            subject, account=account, address=_address(scope), now=self._world.now()
        )
        if rule is not None and dialect.befall is not None and dialect.befall(rule, scope, account):
            rule = None
        return rule, receive

    async def _strike_before(
        self, rule: FaultRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if rule.kind is FaultKind.slow:
            gone = await self._wait(_DEFAULT_SLOW if rule.seconds is None else rule.seconds)
            if not gone:
                await self._app(scope, receive, send)
                return
            await _hang_up(send, receive)
        elif rule.kind is FaultKind.stall_before:
            self._note(scope, rule.kind)
            await self._stall(rule, receive)
            await _hang_up(send, receive)
        elif rule.kind is FaultKind.reset:
            self._note(scope, rule.kind)
            await _hang_up(send, receive)
        else:
            await _drain(receive)
            answer = self._answer(rule, scope)
            self._note(scope, str(answer.status))
            await _give(answer, send)

    async def _strike_after(
        self, rule: FaultRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        caught = _Caught()
        await self._app(scope, receive, caught.send)
        half = bytes(caught.body[: len(caught.body) // 2])
        if rule.kind in (FaultKind.stall_during, FaultKind.truncated):
            await send(caught.start)
            await send({"type": "http.response.body", "body": half, "more_body": True})
            if rule.kind is FaultKind.stall_during:
                await self._stall(rule, receive)
                await _hang_up(send, receive)
            else:
                await _hang_up(send, receive, is_polite=True)
        elif rule.kind is FaultKind.stall_after:
            await self._stall(rule, receive)
            await _hang_up(send, receive)
        elif rule.kind is FaultKind.reset_after:
            await _hang_up(send, receive)
        elif rule.kind is FaultKind.bad_json:
            await _give(Answer(caught.start["status"], "application/json", half), send)
        else:
            await _give(self._answer(rule, scope), send)

    async def _stall(self, rule: FaultRule, receive: Receive) -> None:
        """Until the time is up, the client has gone, or the server is to end."""
        limit = LONGEST_STALL if rule.seconds is None else rule.seconds
        gone = asyncio.ensure_future(_wait_until_gone(receive))
        ended = asyncio.ensure_future(self._end.wait())
        await asyncio.wait((gone, ended), timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        for waiter in (gone, ended):
            waiter.cancel()
        await asyncio.gather(gone, ended, return_exceptions=True)

    async def _wait(self, seconds: float) -> bool:
        """True when the wait was cut short because the server ends."""
        try:
            await asyncio.wait_for(self._end.wait(), timeout=seconds)
        except TimeoutError:
            return False
        return True

    def _account_of(self, scope: Scope) -> str | None:
        for name, value in scope["headers"]:
            if name == b"authorization":
                token = value.decode("latin-1").partition(" ")[2].strip()
                number = logins.number_of_token(self._world.db, token)
                return None if number is None else self._login_of(number)
        return None

    def _login_in(self, body: bytes) -> str | None:
        try:
            fields = json.loads(body)
        except ValueError:
            return None
        if not isinstance(fields, dict):
            return None
        if isinstance(fields.get("login"), str):
            return str(fields["login"]).strip().lower()
        if isinstance(fields.get("auth_token"), str):
            number = cookies.claimed_by(self._world, fields["auth_token"])
            return None if number is None else self._login_of(number)
        return None

    def _login_of(self, number: int) -> str:
        return self._world.credentials(number).login


async def _peek(receive: Receive) -> tuple[bytes, Receive]:
    """Read a small body and hand out a `receive` that tells it again."""
    messages: list[Message] = []
    body = b""
    while len(body) < _LOGIN_BODY:
        message = await receive()
        messages.append(message)
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return body, again


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else "unknown"


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _give(answer: Answer, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": answer.headers(),
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


async def _hang_up(send: Send, receive: Receive, *, is_polite: bool = False) -> None:
    """Close the connection under the answer: with a reset, or politely after what was sent."""
    # ASGI knows no reset. uvicorn hands out `send` as a method of the object that holds the
    # transport, and that is the one way to it.
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("no transport to reset: another server than uvicorn?")
    if is_polite:
        transport.close()
    else:
        _linger_not(transport)
        transport.abort()
    await _wait_until_gone(receive)


def _linger_not(transport: asyncio.Transport) -> None:
    held = transport.get_extra_info("socket")
    if held is None or held.fileno() < 0:
        return
    # With a linger of zero seconds the kernel says RST instead of FIN.
    with socket.socket(fileno=os.dup(held.fileno())) as twin:
        twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
