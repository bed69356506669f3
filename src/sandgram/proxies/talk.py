"""
The two languages of a proxy, read from the connection.

Each asks who comes (`login`), answers that (`admit` or `deny`), asks where to
(`target`), and answers that (`grant` or `refuse`).
"""

import asyncio
import base64
import binascii
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from sandgram.proxies.facts import Login

_REASONS = {
    400: "Bad Request",
    403: "Forbidden",
    407: "Proxy Authentication Required",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_SOCKS_FORBIDDEN, _SOCKS_FAILED, _SOCKS_UNSUPPORTED = 2, 1, 7
_HOP_BY_HOP = ("proxy-authorization:", "proxy-connection:", "connection:", "keep-alive:")


class NotUnderstood(Exception):
    """Neither HTTP nor SOCKS5, or not whole."""


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int


class Talk(Protocol):
    first: bytes
    """What the target must be sent before anything else."""

    async def login(self) -> Login | None: ...

    def admit(self) -> None: ...

    def deny(self) -> None: ...

    async def target(self) -> Target: ...

    def grant(self) -> None: ...

    def refuse(self, status: int) -> None: ...


@dataclass(slots=True)
class HttpTalk:
    """CONNECT, and the plain form, which is made a request of its own connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    begun: bytes
    first: bytes = b""
    _method: str = ""
    _address: str = ""
    _headers: list[str] = field(default_factory=list)

    async def login(self) -> Login | None:
        head = (self.begun + await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *self._headers = head[:-4].split("\r\n")
        parts = line.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise NotUnderstood
        self._method, self._address = parts[0], parts[1]
        for header in self._headers:
            name, _, value = header.partition(":")
            if name.strip().lower() == "proxy-authorization":
                return _basic(value.strip())
        return None

    def admit(self) -> None:
        """HTTP says nothing until the way is open."""

    def deny(self) -> None:
        self._answer(407, 'Proxy-Authenticate: Basic realm="Sandgram"')

    async def target(self) -> Target:
        is_tunnel = self._method == "CONNECT"
        try:
            parts = urlsplit(f"//{self._address}" if is_tunnel else self._address)
            found = Target(parts.hostname or "", parts.port or 80)
        except ValueError:
            raise NotUnderstood from None
        if is_tunnel:
            return found
        if parts.scheme != "http":
            raise NotUnderstood
        path = parts._replace(scheme="", netloc="").geturl() or "/"
        kept = [one for one in self._headers if not one.lower().startswith(_HOP_BY_HOP)]
        # One request per connection: the next one is asked for its password again.
        lines = [f"{self._method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]
        self.first = "\r\n".join(lines).encode("latin-1")
        return found

    def grant(self) -> None:
        if self._method == "CONNECT":
            self.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    def refuse(self, status: int) -> None:
        self._answer(status)

    def _answer(self, status: int, *headers: str) -> None:
        reason = _REASONS.get(status, "Trouble")
        lines = [f"HTTP/1.1 {status} {reason}", *headers, "Content-Length: 0", "Connection: close"]
        self.writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))


@dataclass(slots=True)
class SocksTalk:
    """RFC 1928 with the user names and passwords of RFC 1929."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    first: bytes = b""
    _offers_password: bool = True

    async def login(self) -> Login | None:
        methods = await self._counted()
        self._offers_password = 2 in methods
        if not self._offers_password:
            return None
        self.writer.write(b"\x05\x02")
        if await self.reader.readexactly(1) != b"\x01":
            raise NotUnderstood
        name, password = await self._counted(), await self._counted()
        return Login(name.decode("utf-8", "replace"), password.decode("utf-8", "replace"))

    def admit(self) -> None:
        self.writer.write(b"\x01\x00")

    def deny(self) -> None:
        self.writer.write(b"\x01\x01" if self._offers_password else b"\x05\xff")

    async def target(self) -> Target:
        version, command, _, kind = await self.reader.readexactly(4)
        if version != 5 or command != 1:
            self.refuse(501)
            raise NotUnderstood
        if kind == 3:
            host = (await self._counted()).decode("latin-1")
        elif kind == 1:
            host = ".".join(str(part) for part in await self.reader.readexactly(4))
        else:
            self.refuse(501)
            raise NotUnderstood
        return Target(host, int.from_bytes(await self.reader.readexactly(2), "big"))

    def grant(self) -> None:
        self._reply(0)

    def refuse(self, status: int) -> None:
        codes = {403: _SOCKS_FORBIDDEN, 501: _SOCKS_UNSUPPORTED}
        self._reply(codes.get(status, _SOCKS_FAILED))

    def _reply(self, code: int) -> None:
        self.writer.write(bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))

    async def _counted(self) -> bytes:
        (count,) = await self.reader.readexactly(1)
        return await self.reader.readexactly(count)


async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Talk:
    """The language that the first byte is of."""
    first = await reader.readexactly(1)
    return SocksTalk(reader, writer) if first == b"\x05" else HttpTalk(reader, writer, first)


def _basic(text: str) -> Login | None:
    kind, _, value = text.partition(" ")
    try:
        plain = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, password = plain.partition(":")
    return Login(name, password) if kind.lower() == "basic" and colon else None
