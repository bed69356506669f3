"""`retinue up`: everything on this machine, from one command."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.entrypoints import sandgram_child
from retinue.entrypoints.cli import installation
from retinue.foundation.cli import CommandContext, say
from retinue.foundation.errors import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from retinue.entrypoints.all_in_one import Premises
    from retinue.entrypoints.sandgram_child import SandgramChild
    from retinue.foundation.configuration import Configuration
    from retinue.foundation.instance_lock import InstanceLock
    from retinue.foundation.runtime import Runtime

_PROXIES = "2"
_NOTABLE = timedelta(hours=1)


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
        anchor = _settled_clock(configuration, is_demo=demo)
        # Sandgram comes up on the other core while the rest of this process is imported.
        needs_sandgram = demo and configuration.sandgram_url is None
        sandgram = (
            stack.enter_context(
                sandgram_child.started(
                    configuration.data_dir / "sandgram", options=_sandgram_options(anchor)
                )
            )
            if needs_sandgram
            else None
        )
        _serve(configuration, lock, sandgram, is_demo=demo, with_agent=with_agent)
    say("Stopped.")


def _settled_clock(configuration: Configuration, *, is_demo: bool) -> Path | None:
    from retinue.foundation import clock_file

    if configuration.clock_factor != 1:
        # Reads the database, which the usual start need not wait for here.
        from retinue.entrypoints import pacing

        pacing.check_is_demo(configuration, starts_as_demo=is_demo)
    return clock_file.settle(configuration.data_dir, factor=configuration.clock_factor)


def _sandgram_options(anchor: Path | None) -> tuple[str, ...]:
    in_step = () if anchor is None else ("--clock-file", str(anchor))
    return ("--proxies", _PROXIES, *in_step)


def _serve(
    configuration: Configuration,
    lock: InstanceLock,
    sandgram: SandgramChild | None,
    *,
    is_demo: bool,
    with_agent: bool,
) -> None:
    from retinue.entrypoints import memory

    memory.hold_still()
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
    from retinue.foundation.clock import SystemClock, pace

    facts = overview.of(runtime)
    rows = [
        ("API", f"{url}/docs"),
        ("Dashboard", f"{url}/ui/"),
        ("Accounts", facts.accounts),
        ("Sessions", facts.sessions),
    ]
    if is_demo and runtime.configuration.sandgram_url:
        rows.append(("Sandgram", runtime.configuration.sandgram_url))
        rows.append(("Web site", f"{runtime.configuration.sandgram_url}/web/"))
        if facts.to_warm_up:
            waiting = f"{facts.to_warm_up} for a bot: docs/reference/client.md"
            rows.append(("Warm-up", waiting))
    now = runtime.clock.now()
    ahead = now - SystemClock().now()
    if pace() != 1:
        rows.append(("Time", f"{now:%Y-%m-%d %H:%M}, {pace():g} times as fast as the machine's"))
    elif ahead > _NOTABLE:
        rows.append(("Time", f"{now:%Y-%m-%d %H:%M}, {ahead.days} days ahead since it ran fast"))
    if facts.setup_path:
        rows.append(("Set up", f"{url}{facts.setup_path} (makes the first admin, works once)"))
    rows += [("Data", str(runtime.configuration.data_dir)), ("Stop", "Ctrl-C")]
    lines = [f"  {name:<10} {value}" for name, value in rows]
    return "\n".join(["", "Retinue is running.", "", *lines, ""])
