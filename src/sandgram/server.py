"""Serving: one process, quiet logs, an end within a second."""

import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.config import Config

from sandgram.app import make_app, make_weather
from sandgram.faults import scenarios
from sandgram.faults.book import FaultBook
from sandgram.faults.middleware import Faults
from sandgram.proxies.running import Proxies
from sandgram.surfaces.control.guard import TOKEN_FILE, control_token
from sandgram.surfaces.imap.running import HOST, Imap
from sandgram.world.world import World


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    seed: int
    people: int
    data_dir: Path
    control_token_file: Path | None = None
    exits_with_stdin: bool = False
    scenario: str | None = None
    proxies: int = 0
    speed: float | None = None
    clock_file: Path | None = None
    imap_port: int = 0


class CannotListen(Exception):
    """The address is taken, or not ours."""


class _Server(uvicorn.Server):
    """Says when it is ready and lets go of stalled requests when it is to end."""

    def __init__(
        self,
        config: Config,
        *,
        on_start: Callable[[], Awaitable[None]],
        on_ready: Callable[[], None],
        on_end: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._on_ready = on_ready
        self._on_end = on_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await self._on_start()
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_end()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # A second signal must not turn a clean end into a forced one.
        self.should_exit = True


def serve(options: Options) -> int:
    """
    Run until told to end. Prints one JSON line on stdout when requests are welcome.

    Raises:
        BadScenario, CannotListen, WorldMismatch: before anything is served.
    """
    rules = scenarios.load(options.scenario) if options.scenario else []
    bound = _bind(options.host, options.port)
    mail_bound = _bind(HOST, options.imap_port, option="--imap-port") if options.imap_port else None
    try:
        world = World(seed=options.seed, size=options.people, directory=options.data_dir)
    except BaseException:
        bound.close()
        if mail_bound is not None:
            mail_bound.close()
        raise
    if options.clock_file is not None:
        world.keep_step(options.clock_file)
    elif options.speed is not None:
        world.set_clock(factor=options.speed, step=None, moment=None)
    token_file = options.control_token_file or options.data_dir / TOKEN_FILE
    book = FaultBook(seed=options.seed)
    for rule in rules:
        book.add(rule)
    proxies = Proxies(world, host=options.host, port=bound.getsockname()[1])
    app = make_app(world, control_token=control_token(token_file), book=book, proxies=proxies)
    imap: Imap = app.state.imap
    faults = make_weather(app, world)
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"http://{host}:{bound.getsockname()[1]}"

    def announce() -> None:
        facts = {"url": url, "control_token_file": str(token_file), "imap": imap.address}
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()

    async def start() -> None:
        await proxies.start(options.proxies)
        await imap.start(mail_bound)

    def let_go() -> None:
        faults.let_go()
        proxies.close()
        imap.close()

    server = _Server(_config(faults), on_start=start, on_ready=announce, on_end=let_go)
    if options.exits_with_stdin:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    try:
        server.run([bound])
    finally:
        bound.close()
        world.close()
    return 0


def _config(app: Faults) -> Config:
    return Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
        ws="none",
    )


def _bind(host: str, port: int, *, option: str = "--port") -> socket.socket:
    # Bound here rather than by uvicorn: port 0 must be known, and a taken port
    # must be an error of ours with a sentence.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotListen(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another {option}"
        ) from error
    return bound


def _end_with_stdin(server: _Server) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True
