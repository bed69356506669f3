"""
One event to a thousand listeners, again and again, against the way of the tutorials.

Ours is `WS /api/ws` of the real application with its engines: every event is published in a
transaction by another process, numbered, read back, checked against what each listener may
see, and sent. The peer sends from memory, to everybody, with nothing of that: once as the
tutorials do (`send_json` per listener), once with the text made before. All three run on
uvicorn without compression, in a process of their own, in turns; the listeners are
bare sockets in a third process.

    python benchmarks/bench_websocket.py [--json] [--strict] [--rounds 5] [--clients 1000] [--events 400]
"""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import harness
from bare_listeners import listen

_PACE_SECONDS = 3.0
DATA = {
    "session_id": "019aa0f4-7b7e-7a52-8a52-3f0c7d7a9b11",
    "account_id": 17,
    "status": "running",
    "desired_state": "running",
    "current_job": "blogger-followers",
    "current_target": "harbour_lights",
    "progress": 42,
    "counters": {"like": 12, "follow": 3, "view": 31},
    "stop_reason": None,
}


def serve_ours(directory: str) -> None:
    import uvicorn

    from retinue.entrypoints import engine_room, starting
    from retinue.entrypoints.api import create_app
    from retinue.foundation.configuration import Configuration
    from retinue.foundation.http import sockets

    configuration = Configuration(data_dir=Path(directory), log_level="warning")
    with (
        starting.open_installation(configuration, is_demo=True) as runtime,
        engine_room.running(runtime),
    ):
        config = uvicorn.Config(
            create_app(runtime),
            log_config=None,
            access_log=False,
            backlog=2048,
            timeout_graceful_shutdown=5,
            **sockets.OPTIONS,
        )
        uvicorn.Server(config).run(sockets=[_listener()])


def serve_peer(*, encodes_once: bool) -> None:
    import uvicorn
    from peer_tutorial_sockets import create_app

    config = uvicorn.Config(
        create_app(DATA, encodes_once=encodes_once),
        log_config=None,
        access_log=False,
        backlog=2048,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        # It hears no answer to a ping while it sends a burst, and would then close everybody.
        ws_ping_interval=None,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[_listener()])


def _listener() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listener.getsockname()[1], flush=True)
    return listener


@contextmanager
def child(*arguments: str, file: str = __file__) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, file, "--child", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(harness.PATHS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def say(process: subprocess.Popen[str], line: object) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


class Way:
    """One server with its listeners; `burst` makes it send."""

    def __init__(self, port: int, clients: int, burst: Callable[[int], None]) -> None:
        self.clients, self.burst = clients, burst
        self._port = port
        self.delays = (0.0, 0.0)

    def rate(self, events: int) -> float:
        """Messages per second. The listeners live as long as one round, so that only one way has any."""
        return self._measured(events, lambda: self.burst(events))

    def paced(self, per_second: int) -> float:
        events = int(per_second * _PACE_SECONDS)

        def send() -> None:
            begun = time.perf_counter()
            for number in range(events):
                time.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
                self.burst(1)

        return self._measured(events, send)

    def _measured(self, events: int, send: Callable[[], None]) -> float:
        with child("listen", str(self._port), str(self.clients)) as listeners:
            assert hear(listeners) == "ready"
            say(listeners, events * self.clients)
            begun = time.perf_counter()
            send()
            end, missing, lost, p50, p99 = (float(one) for one in hear(listeners).split())
        if missing or lost:
            message = f"{missing:.0f} of {events * self.clients} messages missing, {lost:.0f} listeners lost"
            raise RuntimeError(message)
        self.delays = (p50, p99)
        return events * self.clients / (end - begun)


@contextmanager
def ways(clients: int) -> Iterator[dict[str, Way]]:
    from retinue.entrypoints import starting
    from retinue.foundation.configuration import Configuration
    from retinue.foundation.events import service as events

    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        ours = stack.enter_context(child("ours", directory))
        port = int(hear(ours))
        configuration = Configuration(data_dir=Path(directory))
        runtime = stack.enter_context(starting.open_installation(configuration))

        def publish(count: int) -> None:
            with runtime.database.writing() as db:
                for _ in range(count):
                    events.publish(db, "session_update", DATA, now=runtime.clock.now())

        found = {"Retinue, WS /api/ws": Way(port, clients, publish)}
        for name, role in (
            ("tutorial, send_json each", "peer"),
            ("tutorial, text made once", "peer-text"),
        ):
            peer = stack.enter_context(child(role))
            found[name] = Way(int(hear(peer)), clients, lambda count, peer=peer: say(peer, count))
        yield found


def main() -> int:
    parser = harness.options(__doc__, rounds=5)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--events", type=int, default=400)
    options = parser.parse_args()
    report = harness.Report(
        f"One event to {options.clients:,} listeners, bursts of {options.events}"
    )
    with ways(options.clients) as found:
        seen = harness.in_turns(
            {name: lambda way=way: way.rate(options.events) for name, way in found.items()},
            rounds=options.rounds,
        )
        ours = next(iter(found.values()))
        pace = max(1, 100_000 // options.clients)
        paced = ours.paced(pace)
    rates = [report.figure(name, values, "messages/s") for name, values in seen.items()]
    report.figure(f"Retinue, {pace} events/s for {_PACE_SECONDS:g} s", [paced], "messages/s")
    report.figure("its delay from the commit's clock to the listener, p50", [ours.delays[0]], "ms")
    report.figure("the same, p99", [ours.delays[1]], "ms")
    report.goal(
        "messages to all listeners", rates[0], comparison="at least", goal=100_000, unit="/s"
    )
    report.goal("against the tutorials' way", rates[0] / rates[1], comparison="at least", goal=1.5)
    report.goal(
        "against it with the text made once", rates[0] / rates[2], comparison="at least", goal=1.5
    )
    return report.finish(options)


def _as_child(role: str, *arguments: str) -> None:
    if role == "listen":
        listen(int(arguments[0]), int(arguments[1]))
    elif role == "ours":
        serve_ours(arguments[0])
    else:
        serve_peer(encodes_once=role == "peer-text")


def allow_many_files() -> None:
    """A thousand connections are more than many a shell allows by itself."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))


if __name__ == "__main__":
    allow_many_files()
    if sys.argv[1:2] == ["--child"]:
        _as_child(*sys.argv[2:])
    else:
        sys.exit(main())
