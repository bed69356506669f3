"""A server of the live stream on a real port of this machine, and clients of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from websockets.sync.client import ClientConnection, connect

from retinue.capabilities.access import endpoints as access_endpoints
from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.realtime import endpoints as realtime_endpoints
from retinue.capabilities.realtime import service as realtime
from retinue.foundation.events import service as events
from retinue.foundation.events.publisher import Publisher
from retinue.foundation.http import sockets
from retinue.foundation.http.principals import Scope
from retinue.foundation.runtime import Runtime
from tests.factories import serving, staging

CLI = Origin("command line")


@dataclass
class Station:
    """A server with a publisher beside it."""

    runtime: Runtime
    port: int
    hub: realtime.Hub
    server: uvicorn.Server
    opened: list[ClientConnection | socket.socket] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def publish(self, *data: dict[str, Any], type: str = "account_update") -> None:  # noqa: A002 - the word of the contract
        with self.runtime.database.writing() as db:
            for one in data:
                events.publish(db, type, one, now=self.runtime.clock.now())

    def last(self) -> int:
        with self.runtime.database.reading() as db:
            return events.position(db).last

    def publish_numbers(self, numbers: Sequence[int]) -> None:
        self.publish(*({"account_id": 1, "n": number} for number in numbers))

    def wait_for_number(self, last: int) -> None:
        staging.until(lambda: self.last() >= last, f"number {last}")

    def token(self, **fields: Any) -> tuple[str, str]:
        """A new one and its id."""
        wanted = TokenCreate(**{"name": "a test", "role": Role.admin, **fields})
        with self.runtime.database.writing() as db:
            issued = access.issue_token(
                db, wanted, granted_by=frozenset(Scope), origin=CLI, now=self.runtime.clock.now()
            )
        return issued.token, issued.id

    def connect(
        self,
        since: int | None = None,
        *,
        token: str | None = None,
        path: str = "/api/ws",
        host: str | None = None,
        **headers: str,
    ) -> ClientConnection:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        query = "" if since is None else f"?since={since}"
        raw = socket.create_connection(("127.0.0.1", self.port))
        self.opened.append(raw)
        client = connect(
            f"ws://{host or self.host}{path}{query}",
            sock=raw,
            legacy=True,
            additional_headers=given,
            proxy=None,
            compression=None,
            ping_interval=None,
            open_timeout=20,
            close_timeout=1,
            max_size=None,
            # Without a limit closing never waits for what was not read.
            max_queue=None,
        )
        self.opened.append(client)
        return client

    def open_socket(self, since: int | None = None, *, buffer: int = 4096) -> socket.socket:
        """A handshake by hand, on a socket that takes little before it is read."""
        raw = socket.socket()
        self.opened.append(raw)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        raw.settimeout(20)
        raw.connect(("127.0.0.1", self.port))
        query = "" if since is None else f"?since={since}"
        raw.sendall(
            f"GET /api/ws{query} HTTP/1.1\r\nHost: {self.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += raw.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head
        return raw


def read(client: ClientConnection, *, timeout: float = 20) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.recv(timeout=timeout))
    return found


def read_until(client: ClientConnection, last: int) -> list[dict[str, Any]]:
    """Events up to the one with the number `last`."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["seq"] < last:
        message = read(client)
        if message["type"] not in {"hello", "subscribed", "pong"}:
            found.append(message)
    return found


@contextmanager
def streaming(
    database_url: str, data_dir: Path, *, root_path: str = "", **uvicorn_options: Any
) -> Iterator[Station]:
    with staging.make_runtime(database_url, data_dir, "http://127.0.0.1:9") as runtime:
        with runtime.database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
        app = serving.make_app(runtime, [access_endpoints.router, realtime_endpoints.router])
        app.state.live = realtime.Hub(runtime, app.state.authenticator)
        options = {**sockets.OPTIONS, "timeout_graceful_shutdown": 5, **uvicorn_options}
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, root_path=root_path, **options)
        )
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        stop = threading.Event()
        threads = [
            threading.Thread(target=server.run, kwargs={"sockets": [listener]}),
            threading.Thread(target=Publisher(runtime).run, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        try:
            staging.until(lambda: server.started, "the server")
            station = Station(runtime, listener.getsockname()[1], app.state.live, server)
            yield station
        finally:
            for client in reversed(station.opened):
                client.close()
            stop.set()
            server.should_exit = True
            for thread in threads:
                thread.join(30)
            listener.close()
