"""
One account read over HTTP, against the way of an async ORM.

Ours is `GET /api/accounts/{id}` of the real application with everything in front of it: host
and origin guards, the caller's rights, rate limit, headers, request id. The peer is the small
application that tutorials show: FastAPI, `async def`, SQLAlchemy's async session on aiosqlite, the
same columns in its answer, and none of those. Both run on uvicorn in a process of
their own, in turns, under the same number of connections that are never idle.

    python benchmarks/bench_http_read.py [--json] [--strict] [--rounds 5] [--connections 16] [--seconds 2]
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import harness

ACCOUNTS = 1000
UNLIMITED = "1000000000/minute"


def serve_ours(directory: str) -> None:
    """With its background engines, as `retinue up` runs it."""
    import uvicorn

    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.accounts.schemas import AccountCreate
    from retinue.entrypoints import engine_room, starting
    from retinue.entrypoints.api import create_app
    from retinue.foundation.configuration import Configuration

    configuration = Configuration(
        data_dir=Path(directory), local_rate_limit=UNLIMITED, log_level="warning"
    )
    with starting.open_installation(configuration, is_demo=True) as runtime:
        with runtime.database.writing() as db:
            for number in range(ACCOUNTS):
                wanted = AccountCreate(login=f"person_{number}", network="sandgram")
                accounts.add(db, runtime.sealer, wanted, actor="benchmark", now=runtime.clock.now())
        with engine_room.running(runtime):
            uvicorn.Server(
                uvicorn.Config(create_app(runtime), log_config=None, access_log=False)
            ).run(sockets=[listener()])


def serve_peer(directory: str) -> None:
    import uvicorn
    from peer_async_orm import create_app

    app = asyncio.run(create_app(Path(directory) / "peer.db", accounts=ACCOUNTS))
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listener()])


def listener() -> socket.socket:
    """On a port of its own, which is said to whoever has started the process."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    return listener


@contextmanager
def served(*arguments: str) -> Iterator[int]:
    """The port of a server of its own: the script and what it is to serve."""
    script, *what = arguments
    process = subprocess.Popen(
        [sys.executable, script, "--serve", *what],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(harness.PATHS)},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def served_role(role: str) -> Iterator[int]:
    with (
        tempfile.TemporaryDirectory() as directory,
        served(__file__, role, directory) as port,
    ):
        yield port


async def load(port: int, path: str, *, connections: int, seconds: float) -> tuple[float, float]:
    """Answers per second, and the slowest of a hundred in milliseconds."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def ask(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            number = number % ACCOUNTS + 1
            began = time.perf_counter()
            writer.write(
                f"GET {path.format(number)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head[:16]:
                message = f"not an answer: {head[:200]!r}"
                raise RuntimeError(message)
            length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            times.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(ask(n * 37) for n in range(connections)))
    rate = len(times) / (time.perf_counter() - began)
    return rate, sorted(times)[int(len(times) * 0.99)] * 1000


def main() -> int:
    parser = harness.options(__doc__, rounds=5)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    report = harness.Report(f"One account over HTTP, {options.connections} connections")
    slowest: dict[str, list[float]] = {"ours": [], "peer": []}
    with served_role("ours") as ours, served_role("peer") as peer:

        def rate(name: str, port: int, path: str) -> float:
            answered, p99 = asyncio.run(
                load(port, path, connections=options.connections, seconds=options.seconds)
            )
            slowest[name].append(p99)
            return answered

        ways = {
            "Retinue, GET /api/accounts/{id}": lambda: rate("ours", ours, "/api/accounts/{}"),
            "FastAPI + async ORM + aiosqlite": lambda: rate("peer", peer, "/accounts/{}"),
        }
        for way in ways.values():
            way()
        for times in slowest.values():
            times.clear()
        seen = harness.in_turns(ways, rounds=options.rounds)
    medians = [report.figure(name, values, "per second") for name, values in seen.items()]
    p99 = report.figure("Retinue, p99", slowest["ours"], "ms")
    report.figure("async ORM, p99", slowest["peer"], "ms")
    report.goal("against the async ORM", medians[0] / medians[1], comparison="at least", goal=1.5)
    report.goal("p99", p99, comparison="at most", goal=100, unit="ms")
    return report.finish(options)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        {"ours": serve_ours, "peer": serve_peer}[sys.argv[2]](sys.argv[3])
    else:
        sys.exit(main())
