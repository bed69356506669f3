"""A vendor of profiles that answers from memory, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bench_fetch
import uvloop


class Answering(asyncio.Protocol):
    """Says of whoever is asked for what was recorded of one person."""

    _mark = b"person_999999"
    _answer = bench_fetch.said(
        bench_fetch.envelope(
            {
                **bench_fetch.PERSONS["v1"],
                "username": _mark.decode(),
                "bio_links": [],
                "padding": "x" * 1_000,
            }
        )
    )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._held = b""

    def data_received(self, data: bytes) -> None:
        *whole, self._held = (self._held + data).split(b"\r\n\r\n")
        for request in whole:
            name = request[: request.find(b" HTTP/")].rpartition(b"username=")[2]
            # All names are as long as the mark, so the length in the header stays right.
            self._transport.write(self._answer.replace(self._mark, name))


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextlib.contextmanager
def serving() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).resolve())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


if __name__ == "__main__":
    uvloop.run(serve())
