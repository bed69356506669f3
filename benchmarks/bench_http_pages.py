"""
A page of the interactions, filtered, asked over HTTP of the real server with a million events behind it.

Every request has everything in front of it that a person's has, and each filter asks for what
a person would: one account, one person, one kind, one day, or several of them at once.

    python benchmarks/bench_http_pages.py [--json] [--strict] [--rounds 3] [--connections 4] [--events 1000000]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import harness
import million
from bench_http_read import UNLIMITED, listener, served

if TYPE_CHECKING:
    from retinue.foundation.runtime import Runtime

REQUESTS = 200
"""Of each filter, by all connections together."""
SIZE = 50
_STATUSES = ("success", "dedupe_hit", "skipped", "failed", "unknown", "retry")
_ACTIONS = ("like", "view", "follow", "comment", "visit")

Asked = dict[str, str | int]


def serve(directory: str) -> None:
    import uvicorn

    from retinue.entrypoints import engine_room
    from retinue.entrypoints.api import create_app

    with installation(Path(directory)) as runtime, engine_room.running(runtime):
        uvicorn.Server(uvicorn.Config(create_app(runtime), log_config=None, access_log=False)).run(
            sockets=[listener()]
        )


def installation(directory: Path) -> AbstractContextManager[Runtime]:
    from retinue.entrypoints import starting
    from retinue.foundation.configuration import Configuration

    configuration = Configuration(
        data_dir=directory, local_rate_limit=UNLIMITED, log_level="warning"
    )
    return starting.open_installation(configuration, is_demo=True)


def prepare(directory: Path, *, events: int, people: int) -> None:
    with installation(directory) as runtime:
        path = Path(runtime.database.url.database or "")
    million.fill(directory, events=events, people=people, name=path.name).close()


def filters(rng: random.Random, people: int) -> dict[str, Callable[[], Asked]]:
    def account() -> Asked:
        return {"account_id": rng.randint(1, million.ACCOUNTS)}

    def action() -> Asked:
        return {"action": rng.choice(_ACTIONS)}

    def status() -> Asked:
        return {"status": rng.choice(_STATUSES)}

    def person() -> Asked:
        return {"target": f"person_{rng.randint(1, people)}"}

    def day() -> Asked:
        begin = million.NOON - timedelta(days=1 + rng.random() * (million.DAYS - 1))
        return {"since": begin.isoformat(), "until": (begin + timedelta(days=1)).isoformat()}

    return {
        "nothing": dict,
        "account": account,
        "action": action,
        "status": status,
        "person": person,
        "one day": day,
        "account, action, status": lambda: account() | action() | status(),
        "action, status, one day": lambda: action() | status() | day(),
    }


async def slowest(port: int, asked: Callable[[], Asked], *, connections: int) -> float:
    """Milliseconds of the slowest of a hundred."""
    times: list[float] = []

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(REQUESTS // connections):
            query = urlencode({"limit": SIZE, **asked()})
            began = time.perf_counter()
            writer.write(
                f"GET /api/interactions/events?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            body = await reader.readexactly(length)
            if b" 200 " not in head[:16]:
                message = f"{query}: {body[:300]!r}"
                raise RuntimeError(message)
            times.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return 1000 * sorted(times)[int(0.99 * (len(times) - 1))]


def main() -> int:
    parser = harness.options(__doc__, rounds=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=400_000)
    options = parser.parse_args()
    report = harness.Report(
        f"A page of {options.events:,} events over HTTP, {options.connections} connections"
    )
    with tempfile.TemporaryDirectory() as directory:
        prepare(Path(directory), events=options.events, people=options.people)
        with served(__file__, directory) as port:
            worst = 0.0
            for name, asked in filters(random.Random(7), options.people).items():

                def once(asked: Callable[[], Asked] = asked) -> float:
                    return asyncio.run(slowest(port, asked, connections=options.connections))

                once()
                seen = [once() for _ in range(options.rounds)]
                worst = max(worst, report.figure(f"page by {name}, p99", seen, "ms"))
    report.goal("slowest page, p99", worst, comparison="at most", goal=45, unit="ms")
    return report.finish(options)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        sys.exit(main())
