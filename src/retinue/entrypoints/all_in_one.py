"""
The embedded topology: API, engine room and, in demo mode, Sandgram, from one command and gone
with one Ctrl-C. An API without an engine room is served from here as well.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn

from retinue.capabilities.access import service as access
from retinue.entrypoints import engine_room, memory, scaled, starting
from retinue.entrypoints.api import create_app
from retinue.entrypoints.engine_room import Part
from retinue.entrypoints.errors import NotStartable
from retinue.entrypoints.sandgram_child import SandgramChild
from retinue.foundation.cli import Exit
from retinue.foundation.configuration import Configuration
from retinue.foundation.http import receipt, sockets
from retinue.foundation.instance_lock import InstanceLock
from retinue.foundation.runtime import Runtime

_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Premises:
    """
    What a server needs before it can answer: the installation, an open port, and sole use of the
    directory where it needs that.
    """

    runtime: Runtime
    listener: socket.socket
    lock: InstanceLock | None

    @property
    def url(self) -> str:
        bind = self.runtime.configuration.bind
        name = f"[{bind}]" if ":" in bind else bind
        return f"http://{name}:{self.listener.getsockname()[1]}"


OnReady = Callable[[Premises], None]
"""Called once, when requests are answered."""


@contextmanager
def opened(
    configuration: Configuration,
    lock: InstanceLock | None,
    *,
    sandgram: SandgramChild | None,
    is_demo: bool,
) -> Iterator[Premises]:
    """
    Everything that must be right before the first request: port, installation, who may reach it.

    Raises:
        NotStartable: with the way to mend it.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(_listen(configuration))
        if sandgram is not None:
            world = sandgram.ready()
            found = {
                "sandgram_url": world.url,
                "sandgram_mail": world.mail,
                "sandgram_control_token_file": world.control_token_file,
            }
            configuration = configuration.model_copy(update=found)
        runtime = stack.enter_context(
            starting.open_installation(configuration, is_demo=is_demo, is_to_work=True)
        )
        with runtime.database.reading() as db:
            access.check_bind(db, configuration)
        yield Premises(runtime, listener, lock)


def serve(
    premises: Premises, *, on_ready: OnReady, parts: Collection[Part] = frozenset(Part)
) -> None:
    """Answer requests until SIGINT or SIGTERM; then end sessions and children before returning."""
    runtime = premises.runtime
    if premises.lock is not None:
        premises.lock.tell(url=premises.url)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(runtime),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=5,
            **receipt.options(),
            **sockets.OPTIONS,
        )
    )
    with (
        scaled.doorbell(runtime),
        engine_room.running(runtime, parts=parts),
        _quiet_signals(),
    ):
        ready = threading.Thread(target=_announce, args=(server, premises, on_ready), daemon=True)
        ready.start()
        server.run(sockets=[premises.listener])


def _announce(server: uvicorn.Server, premises: Premises, on_ready: OnReady) -> None:
    while not server.started:
        if server.should_exit:
            return
        premises.runtime.clock.sleep(0.01)
    on_ready(premises)
    memory.settle()


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """
    uvicorn raises the signal again once it has stopped; for us that moment is not the end yet.
    """

    def ignore(number: int, frame: FrameType | None) -> None:
        """The server has taken it; what is left ends in order."""

    previous = {number: signal.signal(number, ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _listen(configuration: Configuration) -> socket.socket:
    family = socket.AF_INET6 if ":" in configuration.bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((configuration.bind, configuration.port))
    except OSError as error:
        listener.close()
        message = (
            f"Port {configuration.port} on {configuration.bind} cannot be used: {error.strerror}. "
            f"Choose another one: PORT={configuration.port + 1} make run, "
            f"or RETINUE_PORT={configuration.port + 1}, or --port {configuration.port + 1}."
        )
        raise NotStartable(message, exit_code=Exit.usage) from error
    listener.listen(_BACKLOG)
    return listener
