"""`retinue api`, `retinue worker`, `retinue beat`: the processes of the scaled topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.entrypoints.cli import installation
from retinue.entrypoints.cli.agent import ended_by_signal
from retinue.foundation.cli import CommandContext, say

if TYPE_CHECKING:
    from typing import Any

    from retinue.entrypoints.all_in_one import Premises
    from retinue.foundation.configuration import Configuration


def api(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on; 0 picks a free one.")
    ] = None,
    bind: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
) -> None:
    """
    Answer requests, and nothing else: workers do the work. Start as many as you like.

    Examples: retinue api   |   retinue api --port 8080
    """
    from retinue.entrypoints import memory

    memory.hold_still()
    configuration, _ = _configured(context, port=port, bind=bind)
    from retinue.entrypoints import all_in_one

    def announce(premises: Premises) -> None:
        say(f"Answering requests at {premises.url} . Ctrl-C ends it.")

    with all_in_one.opened(configuration, None, sandgram=None, is_demo=False) as premises:
        all_in_one.serve(premises, on_ready=announce, parts=())
    say("Stopped.")


def worker(context: typer.Context) -> None:
    """
    Run tasks, jobs and monitors, woken by Celery messages. Start as many as you like, on any machine.

    SIGTERM or Ctrl-C: what runs may end, for a minute at most; the rest is given back.

    Example: retinue worker
    """
    configuration, url = _configured(context)
    from retinue.entrypoints import engine_room, scaled, starting
    from retinue.entrypoints.engine_room import Part

    parts = (Part.jobs, Part.events, Part.tasks, Part.monitors)
    with starting.open_installation(configuration, is_to_work=True) as runtime:
        where = runtime.database.url.render_as_string(hide_password=True)
        with (
            engine_room.running(runtime, parts=parts, patience=scaled.DRAIN_SECONDS),
            scaled.doorbell(runtime),
        ):
            say(f"A worker is at work on {where}. Ctrl-C ends it.")
            scaled.take_messages(url)
            say("Stopping: what runs may end, for a minute at most.")
    say("Stopped.")


def beat(context: typer.Context) -> None:
    """
    Ring for everything that is due, every five seconds, and number events. One is enough; two do no harm.

    Example: retinue beat
    """
    configuration, url = _configured(context)
    from retinue.entrypoints import engine_room, scaled, starting
    from retinue.entrypoints.engine_room import Part

    stop = ended_by_signal()
    with (
        starting.open_installation(configuration) as runtime,
        engine_room.running(runtime, parts=(Part.events,)),
        scaled.doorbell(runtime),
    ):
        say("The beat is at work. Ctrl-C ends it.")
        scaled.beat(url, stop)
    say("Stopped.")


def _configured(context: typer.Context, **given: Any) -> tuple[Configuration, str]:
    from retinue.entrypoints import scaled
    from retinue.foundation import logging

    commands: CommandContext = context.obj
    configuration = installation.configured(commands.data_dir, **given)
    url = scaled.redis_url(configuration)
    configuration.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Several processes write here, so not into one file: to standard error, which whoever starts them keeps.
    logging.configure(configuration)
    return configuration, url
