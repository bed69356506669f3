"""`retinue alerts channels test`."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json


def try_channel(
    context: typer.Context,
    channel: Annotated[int, typer.Argument(metavar="CHANNEL", help="The channel's number.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Send a trial message there now.

    Example: retinue alerts channels test 1
    """
    from retinue.workflows.alerting import service

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        messenger = service.messenger_of(runtime)
        tested = service.test_channel(runtime, channel, messenger=messenger, actor=ACTOR)
    if as_json:
        emit_json(tested.model_dump(mode="json"))
    else:
        print(tested.message)
    if not tested.ok:
        raise typer.Exit(Exit.failed)
