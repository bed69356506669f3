"""`retinue agent`: the process that supervises the sessions of one host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.entrypoints.cli import installation
from retinue.foundation.cli import CommandContext, say

if TYPE_CHECKING:
    import threading

    from retinue.foundation.configuration import Configuration


def agent(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Option(help="How sessions and errors call it; by default RETINUE_AGENT_NAME."),
    ] = None,
) -> None:
    """
    Supervise sessions on this host, apart from the server; end them all with Ctrl-C.

    One agent works on a data directory. Several work on one PostgreSQL or MariaDB database, each
    with a name, a data directory and a copy of the sealing key of its own.

    Examples: retinue agent   |   retinue agent --name berlin-2
    """
    from retinue.foundation import instance_lock, logging

    commands: CommandContext = context.obj
    configuration = installation.configured(commands.data_dir, agent_name=name)
    configuration.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with instance_lock.held_by_agent(configuration.data_dir):
        logging.configure(configuration, to_file=configuration.data_dir / "logs" / "agent.log")
        _work(configuration)
    say("Stopped.")


def _work(configuration: Configuration) -> None:
    from retinue.entrypoints import starting
    from retinue.entrypoints.agent import Agent

    with starting.open_installation(configuration, is_to_work=True) as runtime:
        name = configuration.agent_name
        one = Agent(runtime, name=name)
        one.check_name()
        where = runtime.database.url.render_as_string(hide_password=True)
        say(f"The agent {name} is at work on {where}. Ctrl-C ends it and its sessions.")
        one.run(ended_by_signal())


def ended_by_signal() -> threading.Event:
    import signal
    import threading
    from types import FrameType

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return stop
