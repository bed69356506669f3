"""`retinue inbox resolve`."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say, typed


def resolve(
    context: typer.Context,
    item: Annotated[int, typer.Argument(metavar="ITEM", help="The item's number.")],
    resolution: Annotated[
        str, typer.Argument(metavar="CHOICE", help="One of the choices that `show` lists.")
    ],
    note: Annotated[str | None, typer.Option(help="What you have seen; it is kept.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Close an item with one of its choices, and do what the choice says.

    Example: retinue inbox resolve 12 confirmed --note "the like is there"
    """
    from retinue.capabilities.inbox.schemas import Attendant, InboxItemRead, ResolveRequest
    from retinue.workflows.attending import service

    commands: CommandContext = context.obj
    wanted = typed(ResolveRequest, resolution=resolution, note=note)
    with commands.open() as runtime, runtime.database.writing() as db:
        done = service.resolve(
            db, item, wanted, by=Attendant(ACTOR), rng=runtime.rng, now=runtime.clock.now()
        )
        read = InboxItemRead.model_validate(done)
    if as_json:
        emit_json(read.model_dump(mode="json"))
    else:
        say(f"Item {read.id} is resolved: {read.resolution}.")
