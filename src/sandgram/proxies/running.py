"""The proxies of a running server: opened, troubled, mended and closed while it runs."""

import asyncio
import contextlib
import json
import secrets
import socket
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandgram.proxies import talk
from sandgram.proxies.facts import HOST, MOST, Login, Trouble, Weather, exit_of, login_of
from sandgram.proxies.talk import NotUnderstood, Talk, Target
from sandgram.world import errors
from sandgram.world.world import World

_HEAD_LIMIT = 16_384
_HEAD_SECONDS = 10.0
_LONGEST_STALL = 120.0
_CHUNK = 65_536
_PORTS = "proxy_ports"

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


@dataclass(slots=True)
class _Proxy:
    number: int
    login: Login
    port: int = 0
    weather: Weather = field(default_factory=Weather)
    server: asyncio.Server | None = None
    at_work: set["asyncio.Task[None]"] = field(default_factory=set)
    granted: int = 0
    refused: int = 0


class Proxies:
    """
    All ways out of one Sandgram. `host` and `port` are where it serves: the only target.

    Used in the event loop of the server. Ports are remembered in the data directory, so that
    whoever has noted one finds it again after a restart, unless somebody else has taken it.
    """

    def __init__(self, world: World, *, host: str, port: int) -> None:
        self._world = world
        self._port = port
        self._host = HOST if host in ("0.0.0.0", "") else host  # noqa: S104 - compared, not bound
        self._names = {HOST, "localhost", "::1", self._host}
        self._proxies: dict[int, _Proxy] = {}
        self._has_exits = ":" not in self._host and _has_whole_loopback()

    @property
    def open_ports(self) -> list[dict[str, int]]:
        return [{"number": one.number, "port": one.port} for one in self._proxies.values()]

    async def start(self, count: int) -> None:
        remembered = json.loads(self._world.db.meta(_PORTS) or "{}")
        for number in range(1, count + 1):
            await self.add(port=int(remembered.get(str(number), 0)))

    async def add(self, *, port: int = 0) -> dict[str, Any]:
        """Open one more, on `port` where that is free."""
        number = max(self._proxies, default=0) + 1
        if number > MOST:
            raise errors.invalid("proxies", f"at most {MOST}")
        proxy = _Proxy(number, login_of(self._world.seed, number), port)
        try:
            await self._listen(proxy)
        except OSError:
            proxy.port = 0
            await self._listen(proxy)
        self._proxies[number] = proxy
        self._remember()
        return self._shown(proxy)

    def listed(self) -> list[dict[str, Any]]:
        return [self._shown(proxy) for proxy in self._proxies.values()]

    async def change(self, number: int, weather: Weather) -> dict[str, Any]:
        proxy = self._one(number)
        was_down = proxy.weather.trouble is Trouble.down
        proxy.weather = weather
        if weather.trouble is Trouble.down:
            self._shut(proxy)
        elif was_down:
            await self._listen(proxy)
        return self._shown(proxy)

    def remove(self, number: int) -> None:
        self._shut(self._one(number))
        del self._proxies[number]

    def close(self) -> None:
        for proxy in self._proxies.values():
            self._shut(proxy)

    async def _listen(self, proxy: _Proxy) -> None:
        async def serve(reader: Reader, writer: Writer) -> None:
            await self._serve(proxy, reader, writer)

        proxy.server = await asyncio.start_server(serve, HOST, proxy.port, limit=_HEAD_LIMIT)
        proxy.port = proxy.server.sockets[0].getsockname()[1]

    @staticmethod
    def _shut(proxy: _Proxy) -> None:
        if proxy.server is not None:
            proxy.server.close()
            proxy.server = None
        for task in proxy.at_work:
            task.cancel()

    async def _serve(self, proxy: _Proxy, reader: Reader, writer: Writer) -> None:
        task = asyncio.ensure_future(self._let_through(proxy, reader, writer))
        proxy.at_work.add(task)
        try:
            await task
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()
        except (NotUnderstood, OSError, EOFError, asyncio.LimitOverrunError, TimeoutError):
            writer.close()
        finally:
            proxy.at_work.discard(task)

    async def _let_through(self, proxy: _Proxy, reader: Reader, writer: Writer) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            said = await talk.begin(reader, writer)
            login = await said.login()
        if proxy.weather.trouble is Trouble.stall:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_STALL):
                    await reader.read()
            return
        if not self._is_welcome(proxy, login):
            proxy.refused += 1
            said.deny()
            await writer.drain()
            return
        said.admit()
        async with asyncio.timeout(_HEAD_SECONDS):
            target = await said.target()
        upstream = await self._opened(proxy, said, target)
        await writer.drain()
        if upstream is not None:
            await _joined(reader, writer, *upstream)

    async def _opened(
        self, proxy: _Proxy, said: Talk, target: Target
    ) -> tuple[Reader, Writer] | None:
        if target.port != self._port or target.host.lower() not in self._names:
            said.refuse(403)
            return None
        if proxy.weather.trouble is Trouble.fail:
            said.refuse(proxy.weather.status)
            return None
        if proxy.weather.trouble is Trouble.slow:
            await asyncio.sleep(proxy.weather.seconds)
        source = (exit_of(proxy.number), 0) if self._has_exits else None
        # Where to is never taken from the caller: a name could lead anywhere.
        upstream = await asyncio.open_connection(self._host, self._port, local_addr=source)
        proxy.granted += 1
        said.grant()
        upstream[1].write(said.first)
        return upstream

    @staticmethod
    def _is_welcome(proxy: _Proxy, login: Login | None) -> bool:
        if login is None or proxy.weather.trouble is Trouble.refuse:
            return False
        given, wanted = (f"{one.username}:{one.password}" for one in (login, proxy.login))
        return secrets.compare_digest(given.encode(), wanted.encode())

    def _one(self, number: int) -> _Proxy:
        proxy = self._proxies.get(number)
        if proxy is None:
            raise errors.Refusal(404, "proxy_not_found", f"no proxy has the number {number}")
        return proxy

    def _remember(self) -> None:
        ports = {str(proxy.number): proxy.port for proxy in self._proxies.values()}
        self._world.db.set_meta(_PORTS, json.dumps(ports))

    def _shown(self, proxy: _Proxy) -> dict[str, Any]:
        return {
            "number": proxy.number,
            "host": HOST,
            "port": proxy.port,
            "username": proxy.login.username,
            "password": proxy.login.password,
            "exit": exit_of(proxy.number) if self._has_exits else HOST,
            **proxy.weather.model_dump(mode="json"),
            "granted": proxy.granted,
            "refused": proxy.refused,
        }


async def _joined(reader: Reader, writer: Writer, far_reader: Reader, far_writer: Writer) -> None:
    """Carry bytes both ways until one side is done."""
    ways = {
        asyncio.ensure_future(_carry(reader, far_writer)),
        asyncio.ensure_future(_carry(far_reader, writer)),
    }
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        far_writer.close()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(source: Reader, sink: Writer) -> None:
    while data := await source.read(_CHUNK):
        sink.write(data)
        await sink.drain()


def _has_whole_loopback() -> bool:
    with socket.socket() as trial:
        try:
            trial.bind((exit_of(1), 0))
        except OSError:
            return False
    return True
