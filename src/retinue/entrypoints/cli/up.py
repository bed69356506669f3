"""`retinue up`: everything on this machine, from one command."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.entrypoints import sandgram_child
from retinue.entrypoints.cli import installation
from retinue.foundation.cli import CommandContext, say
from retinue.foundation.errors import Refusal

if TYPE_CHECKING:
    from retinue.entrypoints.all_in_one import Premises
    from retinue.entrypoints.sandgram_child import SandgramChild
    from retinue.foundation.configuration import Configuration
    from retinue.foundation.instance_lock import InstanceLock
    from retinue.foundation.runtime import Runtime

_PROXIES = "2"


def up(
    context: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help="Bring Sandgram, example accounts and a running session.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on; 0 picks a free one.")
    ] = None,
    bind: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    with_agent: Annotated[
        bool,
        typer.Option("--agent/--no-agent", help="Supervise sessions here, or let `retinue agent`."),
    ] = True,
) -> None:
    """
    Start the server, its engine room and its agent; stop everything with Ctrl-C.

    Examples: retinue up --demo   |   retinue up --port 8080   |   retinue up --no-agent
    """
    from retinue.foundation import instance_lock

    commands: CommandContext = context.obj
    configuration = installation.configured(commands.data_dir, port=port, bind=bind)
    configuration.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = stack.enter_context(instance_lock.held(configuration.data_dir))
        if with_agent:
            stack.enter_context(instance_lock.held_by_agent(configuration.data_dir))
        say("Starting Retinue ...")
        # Sandgram comes up on the other core while the rest of this process is imported.
        needs_sandgram = demo and configuration.sandgram_url is None
        sandgram = (
            stack.enter_context(
                sandgram_child.started(
                    configuration.data_dir / "sandgram", options=("--proxies", _PROXIES)
                )
            )
            if needs_sandgram
            else None
        )
        _serve(configuration, lock, sandgram, is_demo=demo, with_agent=with_agent)
    say("Stopped.")


def _serve(
    configuration: Configuration,
    lock: InstanceLock,
    sandgram: SandgramChild | None,
    *,
    is_demo: bool,
    with_agent: bool,
) -> None:
    from retinue.entrypoints import all_in_one, demo_seed
    from retinue.entrypoints.engine_room import Part
    from retinue.foundation import logging

    logging.configure(configuration, to_file=configuration.data_dir / "logs" / "server.log")

    def announce(premises: Premises) -> None:
        if is_demo:
            try:
                demo_seed.seed(premises.runtime, with_session=with_agent)
            except Refusal as refusal:
                say(f"The example accounts could not be set up: {refusal.message}")
        say(_block(premises.runtime, premises.url, is_demo=is_demo))

    with all_in_one.opened(configuration, lock, sandgram=sandgram, is_demo=is_demo) as premises:
        parts = set(Part) if with_agent else set(Part) - {Part.agent}
        all_in_one.serve(premises, on_ready=announce, parts=parts)


def _block(runtime: Runtime, url: str, *, is_demo: bool) -> str:
    from retinue.entrypoints import overview

    facts = overview.of(runtime)
    rows = [
        ("API", f"{url}/docs"),
        ("Dashboard", f"{url}/ui/"),
        ("Accounts", facts.accounts),
        ("Sessions", facts.sessions),
    ]
    if is_demo and runtime.configuration.sandgram_url:
        rows.append(("Sandgram", runtime.configuration.sandgram_url))
    if facts.setup_path:
        rows.append(("Set up", f"{url}{facts.setup_path} (makes the first admin, works once)"))
    rows += [("Data", str(runtime.configuration.data_dir)), ("Stop", "Ctrl-C")]
    lines = [f"  {name:<10} {value}" for name, value in rows]
    return "\n".join(["", "Retinue is running.", "", *lines, ""])
