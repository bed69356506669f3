"""`retinue keys`: the key that the stored secrets are sealed with."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.foundation.cli import CommandContext, emit_json, say

app = typer.Typer(help="The key that the stored secrets are sealed with.", no_args_is_help=True)


@app.command()
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Say where the key lies and what its id is. The key itself is never shown.

    Example: retinue keys show
    """
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        path, key_id = runtime.configuration.effective_key_file, runtime.sealer.key_id
    if as_json:
        emit_json({"file": str(path), "key_id": key_id})
        return
    print(f"{path}\nkey id {key_id}")
    say(
        "Keep a copy of this file apart from the database: without it the secrets cannot be opened."
    )


@app.command()
def check(context: typer.Context) -> None:
    """
    Check that the key is readable by you alone and is the one the database was written with.

    Example: retinue keys check
    """
    commands: CommandContext = context.obj
    # Opening the installation opens the check value that was sealed on the first start.
    with commands.open() as runtime:
        installation_key = runtime.sealer.key_id
    say(f"The key {installation_key} opens what is stored.")
