"""`retinue queue`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import CommandContext, emit_json

if TYPE_CHECKING:
    from retinue.capabilities.tasks.schemas import QueueRead

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def queue(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """
    Show the queue: how much waits and for what, what runs, and who works.

    Example: retinue queue --watch
    """
    from retinue.capabilities.tasks import service
    from retinue.capabilities.tasks.cli import watching

    commands: CommandContext = context.obj
    with commands.open() as runtime:

        def read() -> QueueRead:
            with runtime.database.reading() as db:
                return service.overview(db, now=runtime.clock.now())

        if watch and not as_json:
            watching.follow_queue(read, runtime.clock)
            return
        found = read()
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    for line in watching.queue_lines(found):
        print(line)
