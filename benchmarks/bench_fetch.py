"""
Reads of public numbers, 100 at a time: the whole of a source's `read()` beside the bare clients.

The vendor is a process of its own that answers from memory with one answer as it was recorded.
`read()` is the call, the limits on what may come, JSON and the numbers checked; a bare client only
fetches the bytes. All keep their connections and run on the same kind of loop, in turns.

A client is a single thread, so that its rate is what it computes for each call, turned over. That
is measured too: the rate falls with every neighbour of the machine, the computing hardly does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import harness
import httpx2
import uvloop

from retinue.drivers.metrics.opening import Wire, open_source
from retinue.drivers.metrics.protocol import SourceName, SourceSettings
from retinue.foundation.clock import SystemClock
from retinue.foundation.randomness import seeded_random
from tests.factories.vendoring import KEY, PERSON, PERSONS, envelope, said

PLACES = 100
CALLS = 1_000
SLOW_CALLS = 200
ROUNDS = 15
PATH = "/api/v1/instagram/v1/fetch_user_info_by_username"
OURS, OURS_FAST = "read() of the driver", "read() of the driver, uvloop"
BARE, BARE_FAST = "bare aiohttp", "bare aiohttp, uvloop"
SLOW = "bare httpx2"
HEADERS = {"Authorization": f"Bearer {KEY}", "Accept": "application/json"}

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Speed:
    rate: float
    computing: float
    """Microseconds for each call."""


class Answering(asyncio.Protocol):
    """Any request, however it is cut, ends with an empty line; each gets the same answer."""

    answer = said(envelope({**PERSONS["v1"], "bio_links": [], "padding": "x" * 1_000}))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._held = b""

    def data_received(self, data: bytes) -> None:
        *whole, self._held = (self._held + data).split(b"\r\n\r\n")
        if whole:
            self._transport.write(self.answer * len(whole))


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def rate_of(call: Call, calls: int) -> Speed:
    """With as many calls at the same time as there are places."""
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(call() for _ in range(PLACES)))
    start, computed = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(PLACES)))
    return Speed(
        calls / (time.perf_counter() - start), (time.process_time() - computed) / calls * 1e6
    )


async def with_driver(url: str) -> Speed:
    settings = SourceSettings(SourceName.tikhub, url, KEY, "v1", requests_per_second=0)
    clock, random = SystemClock(), seeded_random(1)
    async with open_source(settings, clock=clock, random=random, wire=Wire(places=PLACES)) as one:
        return await rate_of(partial(one.read, PERSON), CALLS)


async def with_aiohttp(url: str) -> Speed:
    connector = aiohttp.TCPConnector(limit=PLACES)
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as client:

        async def call() -> bytes:
            async with client.get(url + PATH, params={"username": PERSON.name}) as answer:
                return await answer.read()

        return await rate_of(call, CALLS)


async def with_aiohttp_and_json(url: str) -> Speed:
    connector = aiohttp.TCPConnector(limit=PLACES)
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as client:

        async def call() -> object:
            async with client.get(url + PATH, params={"username": PERSON.name}) as answer:
                return json.loads(await answer.read())

        return await rate_of(call, CALLS)


async def with_httpx2(url: str) -> Speed:
    limits = httpx2.Limits(max_connections=PLACES, max_keepalive_connections=PLACES)
    async with httpx2.AsyncClient(limits=limits, headers=HEADERS, trust_env=False) as client:

        async def call() -> bytes:
            answer = await client.get(url + PATH, params={"username": PERSON.name})
            return answer.content

        return await rate_of(call, SLOW_CALLS)


def run(
    way: Callable[[str], Coroutine[Any, Any, Speed]], url: str, *, fast: bool, kept: list[float]
) -> float:
    """The rate; `kept` takes the computing."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if fast else None) as runner:
        speed = runner.run(way(url))
    kept.append(speed.computing)
    return speed.rate


def main() -> int:
    parser = harness.options(__doc__, rounds=ROUNDS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        uvloop.run(serve())
        return 0
    vendor = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert vendor.stdin is not None
    assert vendor.stdout is not None
    url = f"http://127.0.0.1:{int(vendor.stdout.readline())}"
    wanted = {
        OURS: (with_driver, False),
        BARE: (with_aiohttp, False),
        "aiohttp and json.loads": (with_aiohttp_and_json, False),
        SLOW: (with_httpx2, False),
        OURS_FAST: (with_driver, True),
        BARE_FAST: (with_aiohttp, True),
    }
    computing: dict[str, list[float]] = {name: [] for name in wanted}
    ways = {
        name: partial(run, way, url, fast=fast, kept=computing[name])
        for name, (way, fast) in wanted.items()
    }
    try:
        seen = harness.in_turns(ways, rounds=options.rounds)
    finally:
        vendor.stdin.close()
        vendor.wait(10)
        vendor.stdout.close()
    report = harness.Report(f"Reads of public numbers, {PLACES} at a time")
    rates = {name: report.figure(name, values, "/s") for name, values in seen.items()}
    spent = {
        name: report.figure(f"{name}: computing", values, "µs")
        for name, values in computing.items()
    }
    for ours, bare in ((OURS, BARE), (OURS_FAST, BARE_FAST)):
        seen_ratio, spent_ratio = rates[ours] / rates[bare], spent[bare] / spent[ours]
        report.goal(f"{ours} beside the bare client", seen_ratio, comparison="at least", goal=0.8)
        report.goal(f"{ours}, by computing", spent_ratio, comparison="at least", goal=0.8)
    faster = rates[BARE] / rates[SLOW]
    report.goal("bare aiohttp beside bare httpx2", faster, comparison="at least", goal=1.0)
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
