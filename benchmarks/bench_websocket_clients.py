"""
A thousand listeners of the live stream, a tenth of them stalled, some coming and going.

Events are published by a process of their own, each in a transaction of its own, at a steady rate.
First one process that does it all on SQLite, which finds foreign events by polling; then two API
processes and a worker around one PostgreSQL and one Redis, where whoever comes back comes back to
the other one. The delay is that of every single message to those who stay, from the event's moment
before its commit until the client has it. Numbers must be without a gap over all connections.

    python benchmarks/bench_websocket_clients.py [--json] [--strict] [--rate 100] [--events 10000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import bench_websocket
import harness
import psutil
import psycopg
from pydantic import SecretStr

from retinue.entrypoints import scaled, starting
from retinue.foundation.configuration import Configuration
from retinue.foundation.events import service as events
from retinue.foundation.runtime import Runtime
from tests.factories.listening import Crowd
from tests.factories.scaling import fleet
from tests.fixtures.servers import ask_steward, make_run_directory, steward_command

_RESTLESS = 20
_WARM = 200
_PATIENCE = 45.0
_READY = "Ctrl-C ends it"


@dataclass(frozen=True)
class Servers:
    runtime: Runtime
    ports: Sequence[int]
    pids: Sequence[int]

    def publish(self, count: int, *, per_second: float) -> float:
        """One event per transaction, at a steady pace; the rate that was held."""
        begun = time.perf_counter()
        for number in range(count):
            time.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
            with self.runtime.database.writing() as db:
                data, now = bench_websocket.DATA, self.runtime.clock.now()
                events.publish(db, "session_update", data, now=now)
        return count / (time.perf_counter() - begun)

    def last(self) -> int:
        with self.runtime.database.reading() as db:
            return events.position(db).last

    def seconds_of_cpu(self) -> float:
        found = [psutil.Process(pid).cpu_times() for pid in self.pids]
        return sum(one.user + one.system for one in found)

    def lines(self) -> int:
        """How many connections the servers hold."""
        return sum(
            one.status == psutil.CONN_ESTABLISHED and one.laddr.port in self.ports
            for pid in self.pids
            for one in psutil.Process(pid).net_connections("tcp")
        )


@contextmanager
def embedded(directory: Path) -> Iterator[Servers]:
    with ExitStack() as stack:
        ours = stack.enter_context(bench_websocket.child("ours", str(directory)))
        port = int(bench_websocket.hear(ours))
        runtime = stack.enter_context(starting.open_installation(Configuration(data_dir=directory)))
        yield Servers(runtime, [port], [ours.pid])


@contextmanager
def private_servers() -> Iterator[tuple[str, str]]:
    """A PostgreSQL and a Redis of this run's own, in memory: their addresses."""
    where = make_run_directory()
    with subprocess.Popen(steward_command(where), cwd=harness.ROOT, stdin=subprocess.PIPE) as one:
        try:
            server = ask_steward(where, "postgresql").rstrip("/")
            plain = f"{server}/postgres".replace("+psycopg", "")
            with psycopg.connect(plain, autocommit=True) as db:
                db.execute("CREATE DATABASE live")
            yield f"{server}/live", ask_steward(where, "redis")
        finally:
            if one.stdin is not None:
                one.stdin.close()


@contextmanager
def apart(directory: Path) -> Iterator[Servers]:
    with ExitStack() as stack:
        database, redis = stack.enter_context(private_servers())
        crew = stack.enter_context(fleet(directory, database_url=database, redis_url=redis))
        configuration = Configuration(
            data_dir=directory / "here",
            key_file=crew.key_file,
            database_url=SecretStr(database),
            redis_url=SecretStr(redis),
        )
        runtime = stack.enter_context(starting.open_installation(configuration, is_demo=True))
        stack.enter_context(scaled.doorbell(runtime))
        apis = [crew.retinue(f"api-{n}", "api", "--port", "0") for n in (1, 2)]
        worker = crew.retinue("worker", "worker")
        said = [one.wait_until_it_says(_READY, seconds=90) for one in (*apis, worker)]
        ports = [int(re.findall(r"Answering requests at \S+:(\d+)", text)[0]) for text in said[:2]]
        yield Servers(runtime, ports, [one.process.pid for one in (*apis, worker)])


def crowd(ports: Sequence[int], steady: int, stalled: int) -> None:
    """In a process of its own: `until N` answers `done`, `returns N SECONDS` begins them, `report N` ends it."""

    async def run() -> None:
        found, returning = Crowd(ports), None
        await found.gather(steady=steady, restless=_RESTLESS, stalled=stalled)
        print("ready", flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            if line[0] == "returns":
                found.forget_delays()
                coming = found.come_and_go(int(line[1]), seconds=float(line[2]))
                returning = asyncio.create_task(coming)
                continue
            if returning is not None:
                await returning
            last = int(line[1])
            is_whole = await found.until(lambda one, last=last: one.position == last)
            if line[0] == "until":
                print("done", flush=True)
                continue
            delays = {str(share): delay for share, delay in found.delays().items()}
            told = {"is_whole": is_whole, "returns": found.returns, "delays": delays}
            print(json.dumps({**told, **asdict(found.tally)}), flush=True)
            await asyncio.to_thread(sys.stdin.readline)
        found.close()

    asyncio.run(run())


@dataclass(frozen=True)
class Seen:
    rate: float
    p50: float
    p99: float
    slowest: float
    lost: int
    """Numbers that were missed, heard twice, or never came; and readers that were closed."""
    stalled_left: int
    closed_after: float
    returns: int
    cores: float


class Watch:
    """Sees when the servers hold no more lines than there are readers. Looks from the start, on a thread of its own."""

    def __init__(self, servers: Servers, readers: int) -> None:
        self.closed_after = float("inf")
        self._thread = threading.Thread(target=self._look, args=(servers, readers), daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _look(self, servers: Servers, readers: int) -> None:
        begun = time.perf_counter()
        while servers.lines() > readers:
            time.sleep(2)
        self.closed_after = time.perf_counter() - begun


def measured(servers: Servers, options: argparse.Namespace) -> Seen:
    steady = options.clients - options.stalled - _RESTLESS
    ports = ",".join(str(port) for port in servers.ports)
    arguments = ("crowd", ports, str(steady), str(options.stalled))
    with bench_websocket.child(*arguments, file=__file__) as listeners:
        assert bench_websocket.hear(listeners) == "ready"
        servers.publish(_WARM, per_second=options.rate)
        bench_websocket.say(listeners, f"until {_settled(servers)}")
        assert bench_websocket.hear(listeners) == "done"
        seconds = options.events / options.rate
        bench_websocket.say(listeners, f"returns {options.returns} {seconds * 0.95}")
        readers = steady + _RESTLESS
        watch = Watch(servers, readers)
        spent, begun = servers.seconds_of_cpu(), time.perf_counter()
        rate = servers.publish(options.events, per_second=options.rate)
        ended = time.perf_counter()
        spent = (servers.seconds_of_cpu() - spent) / (ended - begun)
        bench_websocket.say(listeners, f"report {_settled(servers)}")
        told = json.loads(bench_websocket.hear(listeners))
        watch.wait(_PATIENCE)
        lost = sum(told[name] for name in ("missing", "doubled", "lost_lines"))
        return Seen(
            rate=rate,
            p50=told["delays"]["0.5"],
            p99=told["delays"]["0.99"],
            slowest=told["delays"]["1.0"],
            lost=lost + (not told["is_whole"]),
            stalled_left=max(0, servers.lines() - readers),
            closed_after=watch.closed_after,
            returns=told["returns"],
            cores=spent,
        )


def _settled(servers: Servers) -> int:
    """The last number, once everything that was published has one."""
    last = -1
    while (found := servers.last()) != last:
        last = found
        time.sleep(0.7)
    return last


def main() -> int:
    parser = harness.options(__doc__, rounds=1)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--stalled", type=int, default=100)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--returns", type=int, default=200)
    parser.add_argument("--rate", type=float, default=100, help="events per second")
    parser.add_argument("--only", choices=TOPOLOGIES, help="one of the two topologies")
    options = parser.parse_args()
    report = harness.Report(
        f"{options.clients:,} listeners, {options.stalled} of them stalled, {options.events:,} events"
    )
    for name, servers in TOPOLOGIES.items():
        if options.only in {None, name}:
            with tempfile.TemporaryDirectory() as directory, servers(Path(directory)) as opened:
                _tell(report, name, measured(opened, options), options)
    return report.finish(options)


def _tell(report: harness.Report, name: str, seen: Seen, options: argparse.Namespace) -> None:
    report.figure(f"{name}: rate held", [seen.rate], "events/s")
    report.figure(f"{name}: delay, p50", [seen.p50], "ms")
    report.figure(f"{name}: delay, p99", [seen.p99], "ms")
    report.figure(f"{name}: delay, longest", [seen.slowest], "ms")
    report.figure(f"{name}: computing of all processes of the product", [seen.cores], "cores")
    report.figure(f"{name}: stalled ones closed after the first event", [seen.closed_after], "s")
    report.goal(f"{name}: p99", seen.p99, comparison="at most", goal=500, unit="ms")
    report.goal(
        f"{name}: missing or doubled after {seen.returns} returns",
        seen.lost,
        comparison="at most",
        goal=0,
        unit="",
    )
    report.goal(
        f"{name}: stalled ones closed",
        options.stalled - seen.stalled_left,
        comparison="at least",
        goal=options.stalled,
        unit="",
    )


TOPOLOGIES: dict[str, Callable[[Path], AbstractContextManager[Servers]]] = {
    "embedded": embedded,
    "apart": apart,
}


if __name__ == "__main__":
    bench_websocket.allow_many_files()
    if sys.argv[1:2] == ["--child"]:
        crowd([int(port) for port in sys.argv[3].split(",")], int(sys.argv[4]), int(sys.argv[5]))
    else:
        sys.exit(main())
