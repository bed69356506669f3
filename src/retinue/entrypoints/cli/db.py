"""`retinue db`: the schema and its history."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.entrypoints.cli import installation
from retinue.foundation.cli import CommandContext, Exit, emit_json, say

app = typer.Typer(help="The database's schema.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def upgrade(context: typer.Context, as_json: Json = False) -> None:
    """
    Bring the schema to the version of this program. Safe to repeat and to interrupt.

    Example: retinue db upgrade
    """
    from retinue.foundation.database import migrations
    from retinue.foundation.runtime import open_runtime

    commands: CommandContext = context.obj
    with open_runtime(installation.configured(commands.data_dir)) as runtime:
        before = migrations.current(runtime.database)
        changed = migrations.upgrade(runtime.database, data_dir=runtime.configuration.data_dir)
    if as_json:
        emit_json({"changed": changed, "from": before, "to": migrations.head()})
        return
    say(
        f"Upgraded from {before or 'nothing'} to {migrations.head()}."
        if changed
        else "Nothing to do."
    )


@app.command()
def status(context: typer.Context, as_json: Json = False) -> None:
    """
    Say which schema the database has and which this program needs; exit 1 where they differ.

    Example: retinue db status --json
    """
    from retinue.foundation.database import migrations
    from retinue.foundation.runtime import open_runtime

    commands: CommandContext = context.obj
    with open_runtime(installation.configured(commands.data_dir)) as runtime:
        current, head = migrations.current(runtime.database), migrations.head()
        backend = runtime.database.backend
    if as_json:
        emit_json({"backend": backend, "current": current, "head": head})
    else:
        print(f"{backend}: schema {current or 'none'}, this program needs {head}")
    if current != head:
        say("Run `retinue db upgrade`.")
        raise typer.Exit(Exit.failed)
