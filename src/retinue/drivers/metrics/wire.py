"""
One way to the sources for the whole process: pooled connections, bounded answers, no redirects.

Without `is_live` only this machine is reached, whatever an address says: names are not looked up.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from retinue.drivers.errors import CallPhase
from retinue.drivers.metrics.errors import MetricsError, SourceBroken, SourceUnavailable
from retinue.drivers.metrics.protocol import is_loopback, problem_of_address

BODY_LIMIT = 4_000_000
PLACES = 100
# Shorter than servers' own, so that a request rarely meets a closing connection.
_KEPT_OPEN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection, and for the whole of an answer."""

    connect: float = 10.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Whatever the case of a name."""
    body: bytes


class Wire:
    """Opened and used within one event loop; at most `places` connections at the same time."""

    def __init__(
        self, *, places: int = PLACES, patience: Patience | None = None, is_live: bool = False
    ) -> None:
        self._places = places
        self._patience = patience or Patience()
        self._is_live = is_live
        self._client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=self._places,
            keepalive_timeout=_KEPT_OPEN_SECONDS,
            resolver=None if self._is_live else _ThisMachine(),
            use_dns_cache=self._is_live,
        )
        self._client = aiohttp.ClientSession(
            connector=connector,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "Retinue",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=self._patience.total, sock_connect=self._patience.connect
            ),
            # A small answer would otherwise open into a very large one unseen.
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.close()

    def check(self, base_url: str) -> str:
        """
        The address without a slash at its end.

        Raises:
            ValueError: nothing may be asked there.
        """
        problem = problem_of_address(base_url, is_live=self._is_live)
        if problem is not None:
            message = f"the address of the source {problem}"
            raise ValueError(message)
        return base_url.rstrip("/")

    async def get(self, url: str, *, params: Mapping[str, str], key: str) -> Answer:
        """
        Raises:
            SourceUnavailable: no whole answer came.
            SourceBroken: what came is too large, leads elsewhere or is no HTTP.
        """
        if self._client is None:
            message = "the wire is used before it is opened"
            raise RuntimeError(message)
        headers = {"Authorization": f"Bearer {key}"}
        try:
            async with self._client.get(
                url, params=params, headers=headers, allow_redirects=False
            ) as response:
                return await _read(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _mapped(error) from error


class _ThisMachine(AbstractResolver):
    """Knows this machine by its one name, and no other."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not is_loopback(host):
            message = "no live network is connected"
            raise OSError(message)
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        return None


async def _read(response: aiohttp.ClientResponse) -> Answer:
    status = response.status
    if 300 <= status < 400:
        message = f"it answers with HTTP {status} and leads elsewhere, where nobody follows"
        raise SourceBroken(message, status=status)
    if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
        message = "the answer is encoded although that was declined"
        raise SourceBroken(message, status=status)
    content = response.content
    body = await content.readany()
    if not content.at_eof():
        body = await _rest(content, body, status)
    if len(body) > BODY_LIMIT:
        raise _too_large(status)
    return Answer(status, response.headers, body)


async def _rest(content: aiohttp.StreamReader, begun: bytes, status: int) -> bytes:
    body = bytearray(begun)
    while not content.at_eof():
        body += await content.readany()
        if len(body) > BODY_LIMIT:
            raise _too_large(status)
    return bytes(body)


def _too_large(status: int) -> SourceBroken:
    return SourceBroken(f"the answer is larger than {BODY_LIMIT // 1_000_000} MB", status=status)


def _mapped(error: Exception) -> MetricsError:
    """The library's own words are left out: some of them hold the whole address, others a header."""
    kind = type(error).__name__
    if isinstance(error, aiohttp.InvalidURL):
        return SourceBroken("its address is not one", phase=CallPhase.not_sent)
    for classes, what, phase in _KINDS:
        if isinstance(error, classes):
            return SourceUnavailable(f"{what} ({kind})", phase=phase)
    if isinstance(error, aiohttp.ClientResponseError | ValueError):
        return SourceBroken(f"it does not speak HTTP ({kind})", phase=CallPhase.sent)
    return SourceUnavailable(f"the connection failed ({kind})", phase=CallPhase.sent)


# The narrower kinds first.
_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, CallPhase], ...] = (
    (
        aiohttp.ClientConnectorCertificateError,
        "its certificate is not one that is trusted",
        CallPhase.not_sent,
    ),
    (aiohttp.ClientSSLError, "TLS with it fails", CallPhase.not_sent),
    (aiohttp.ClientConnectorDNSError, "its name leads nowhere", CallPhase.not_sent),
    (aiohttp.ConnectionTimeoutError, "no connection in time", CallPhase.not_sent),
    (aiohttp.ClientConnectorError, "nobody takes the connection", CallPhase.not_sent),
    (asyncio.TimeoutError, "no answer in time", CallPhase.sent),
    (aiohttp.ClientPayloadError, "the answer breaks off", CallPhase.sent),
    ((aiohttp.ServerDisconnectedError, OSError), "the connection broke", CallPhase.sent),
)
