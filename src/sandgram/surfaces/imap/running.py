"""The mail server of a running Sandgram: its port, its connections, and what goes wrong on them."""

import asyncio
import contextlib
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Protocol, TypeAlias

from sandgram.faults.book import FaultBook
from sandgram.faults.requests import DELIVER, READ, About
from sandgram.faults.rules import AFTER_EFFECT, LONGEST_STALL, FaultKind, FaultRule
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.imap.mailbox import Said
from sandgram.surfaces.imap.parsing import LINE, Command, NotUnderstood, read_command
from sandgram.surfaces.imap.session import CAPABILITIES, Session
from sandgram.world.world import World

HOST = "127.0.0.1"
_PORT = "imap_port"
_QUIET_SECONDS = 1_800.0
_POLL_SECONDS = 0.25
_MOST_CONNECTIONS = 500
_MOST_WRONG = 3
_SLOW = 3.0
_REFUSALS = {
    FaultKind.wrong_password: "[AUTHENTICATIONFAILED] the address or the password is not right",
    FaultKind.rate_limit_text: "[LIMIT] too many connections, try again later",
    FaultKind.rate_limit_429: "[LIMIT] too many connections, try again later",
    FaultKind.account_locked: "[CONTACTADMIN] this mailbox is locked",
}
_UNAVAILABLE = "[UNAVAILABLE] the mailbox cannot be read at the moment"

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


class _Gone(Exception):
    """The connection is to end now; `is_reset` says how."""

    def __init__(self, *, is_reset: bool) -> None:
        self.is_reset = is_reset


class Imap:
    """Used in the event loop of the server. The port is remembered, as those of proxies are."""

    def __init__(self, world: World, *, book: FaultBook, calls: Calls) -> None:
        self._world = world
        self._book = book
        self._calls = calls
        self._server: asyncio.Server | None = None
        self._at_work: set[asyncio.Task[None]] = set()
        self.port: int | None = None

    @property
    def address(self) -> str | None:
        """As `127.0.0.1:1143`; None where no mail server was asked for."""
        return None if self.port is None else f"{HOST}:{self.port}"

    @property
    def is_up(self) -> bool:
        return self._server is not None

    async def start(self, bound: socket.socket | None) -> None:
        """Without a socket it takes the port of the last time where that is free, else any."""
        try:
            await self._listen(int(self._world.db.meta(_PORT) or 0), bound)
        except OSError:
            await self._listen(0)
        self._world.db.set_meta(_PORT, str(self.port))
        self._world.postman = self._late

    def _late(self, login: str) -> timedelta | None:
        """A mail that a fault strikes is `slow`, or gets lost."""
        rule = self._judge(DELIVER, account=login, address=HOST)
        if rule is None:
            return timedelta()
        if rule.kind is FaultKind.slow:
            return timedelta(seconds=_SLOW if rule.seconds is None else rule.seconds)
        return None

    async def change(self, *, is_up: bool) -> None:
        """Down: nobody listens, and what was open is cut."""
        if is_up and self._server is None and self.port is not None:
            await self._listen(self.port)
        elif not is_up:
            self.close()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._at_work:
            task.cancel()

    async def _listen(self, port: int, bound: socket.socket | None = None) -> None:
        if bound is None:
            server = await asyncio.start_server(self._serve, HOST, port, limit=LINE * 4)
        else:
            server = await asyncio.start_server(self._serve, sock=bound, limit=LINE * 4)
        self._server = server
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        if len(self._at_work) >= _MOST_CONNECTIONS:
            writer.close()
            return
        task = asyncio.ensure_future(_Talk(self._world, self._judge, reader, writer).run())
        self._at_work.add(task)
        try:
            await task
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()
        except _Gone as gone:
            if gone.is_reset:
                _reset(writer)
            else:
                writer.close()
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            writer.close()
        finally:
            self._at_work.discard(task)

    def _judge(self, action: str, *, account: str | None, address: str) -> FaultRule | None:
        now = self._world.now()
        rule = self._book.strike(
            About("imap", action, READ, None), account=account, address=address, now=now
        )
        status = "ok" if rule is None else str(rule.kind)
        self._calls.record(
            Call("imap", action, account or "", status, self._world.clock.wall(), now, address)
        )
        return rule


class _Judge(Protocol):
    def __call__(
        self, action: str, *, account: str | None, address: str
    ) -> FaultRule | None: ...  # fmt: skip


class _Talk:
    """One connection from its greeting to its end."""

    def __init__(self, world: World, judge: _Judge, reader: Reader, writer: Writer) -> None:
        self._session = Session(world)
        self._judge = judge
        self._reader = reader
        self._writer = writer
        self._wrong = 0

    async def run(self) -> None:
        rule = self._strike("connect", account=None)
        if rule is not None and not await self._weather(rule):
            self._say(f"* BYE {_refusal(rule)}")
            return
        self._say(f"* OK [CAPABILITY {CAPABILITIES}] Sandgram's mail is ready")
        while True:
            await self._writer.drain()
            try:
                async with asyncio.timeout(_QUIET_SECONDS):
                    command = await read_command(self._reader, lambda: self._say("+ go on"))
                if command is None:
                    return
                if command.name == "LOGOUT":
                    self._say("* BYE until next time")
                    self._say(f"{command.tag} OK done")
                    return
                await self._answer(command)
            except NotUnderstood as error:
                self._say(f"* BAD {error}")
            if self._wrong >= _MOST_WRONG:
                self._say("* BYE too many wrong passwords")
                return

    async def _answer(self, command: Command) -> None:
        command = await self._whole(command)
        session = self._session
        rule = self._strike(
            _action_of(command), account=session.login_in(command) or session.login()
        )
        is_after = rule is not None and rule.kind in AFTER_EFFECT
        if rule is not None and not is_after and not await self._weather(rule):
            self._wrong += rule.kind is FaultKind.wrong_password
            self._say(f"{command.tag} NO {_refusal(rule)}")
            return
        if command.name == "IDLE":
            await self._idle(command)
            return
        try:
            said = session.answer(command)
        except NotUnderstood as error:
            self._say(f"{command.tag} BAD {error}")
            return
        if rule is not None and is_after:
            await self._harmed(rule, said)
        if "AUTHENTICATIONFAILED" in said.last:
            self._wrong += 1
        for line in said.lines:
            self._writer.write(b"* " + line + b"\r\n")
        self._say(f"{command.tag} {said.last}")

    async def _whole(self, command: Command) -> Command:
        """AUTHENTICATE may bring its answer in a line of its own."""
        if command.name != "AUTHENTICATE" or len(command.items) != 1:
            return command
        self._say("+ ")
        await self._writer.drain()
        line = await self._reader.readline()
        return replace(command, items=[*command.items, line.strip()])

    async def _idle(self, command: Command) -> None:
        if self._session.mailbox is None:
            self._say(f"{command.tag} NO select a mailbox first")
            return
        self._say("+ waiting")
        ended = asyncio.ensure_future(self._reader.readline())
        try:
            while not ended.done():
                for line in self._session.news():
                    self._writer.write(b"* " + line + b"\r\n")
                await self._writer.drain()
                await asyncio.wait((ended,), timeout=_POLL_SECONDS)
        finally:
            ended.cancel()
        if not ended.cancelled() and ended.result():
            self._say(f"{command.tag} OK done")

    async def _weather(self, rule: FaultRule) -> bool:
        """True when the answer may come after all, only later."""
        if rule.kind is FaultKind.slow:
            await asyncio.sleep(_SLOW if rule.seconds is None else rule.seconds)
            return True
        if rule.kind is FaultKind.stall_before:
            await self._stall(rule)
        if rule.kind is FaultKind.reset:
            raise _Gone(is_reset=True)
        return False

    async def _harmed(self, rule: FaultRule, said: Said) -> None:
        """Carried out; the answer breaks off."""
        whole = b"".join(b"* " + line + b"\r\n" for line in said.lines)
        if rule.kind in (FaultKind.truncated, FaultKind.stall_during, FaultKind.bad_json):
            self._writer.write(whole[: len(whole) // 2])
            await self._writer.drain()
        if rule.kind in (FaultKind.stall_during, FaultKind.stall_after):
            await self._stall(rule)
        raise _Gone(is_reset=rule.kind is FaultKind.reset_after)

    async def _stall(self, rule: FaultRule) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_STALL if rule.seconds is None else rule.seconds):
                while await self._reader.read(1_024):
                    pass
        raise _Gone(is_reset=False)

    def _strike(self, action: str, *, account: str | None) -> FaultRule | None:
        address = self._writer.get_extra_info("peername")[0]
        return self._judge(action, account=account, address=address)

    def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")


def _refusal(rule: FaultRule) -> str:
    return rule.text or _REFUSALS.get(rule.kind, _UNAVAILABLE)


def _action_of(command: Command) -> str:
    name = command.name
    if name == "UID" and command.items and isinstance(command.items[0], bytes):
        name = command.items[0].decode("ascii", errors="replace").upper()
    known = {
        "LOGIN": "login", "AUTHENTICATE": "login", "SELECT": "select", "EXAMINE": "select",
        "SEARCH": "search", "FETCH": "fetch", "IDLE": "idle",
    }  # fmt: skip
    return known.get(name, "mail")


def _reset(writer: Writer) -> None:
    held: socket.socket | None = writer.get_extra_info("socket")
    if held is not None:
        # A linger of zero seconds makes it a reset.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()
