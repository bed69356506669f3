"""`retinue db`: the schema, backups, and the way back from one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.entrypoints.cli import installation
from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.foundation.configuration import Configuration

app = typer.Typer(help="The database: schema, backup, restore.", no_args_is_help=True)

_PATIENCE = 5.0
_KEPT_APART = ("content", "evidence")
"""Folders of the data directory with files that rows speak of."""
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


@app.command()
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="The folder; `backups` in the data unless given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Write a whole copy of the database while everything goes on. The key is not in it, nor are pictures.

    Example: retinue db backup --to /mnt/elsewhere
    """
    from retinue.foundation.clock import SystemClock
    from retinue.foundation.database import backups

    commands: CommandContext = context.obj
    configuration = _with_file(
        installation.configured(commands.data_dir), verb="pg_dump or mariadb-dump"
    )
    folder = (to or configuration.data_dir / "backups").absolute()
    made = backups.back_up(configuration.database_file, folder, now=SystemClock().now())
    if as_json:
        emit_json({"file": str(made), "bytes": made.stat().st_size})
        return
    print(made)
    say("Keep it apart from this machine, and the sealing key apart from it.")
    folders = [f"{name}/" for name in _KEPT_APART if (configuration.data_dir / name).is_dir()]
    if folders:
        said = " and ".join(folders)
        say(f"Pictures are not in it. Copy {said} of {configuration.data_dir} too.")


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup, as `retinue db backup` writes it.")],
) -> None:
    """
    Put a backup in the database's place. Everything then stands still until `retinue db release`.

    Example: retinue db restore data/backups/retinue-20260131T120000.db
    """
    from retinue.foundation import instance_lock
    from retinue.foundation.clock import SystemClock
    from retinue.foundation.database import backups
    from retinue.foundation.database.handle import busy_in_one_word
    from retinue.foundation.database.write_lock import WriteLock

    commands: CommandContext = context.obj
    configuration = _with_file(
        installation.configured(commands.data_dir), verb="pg_restore or mariadb"
    )
    data_dir, clock = configuration.data_dir, SystemClock()
    with (
        instance_lock.held(data_dir),
        instance_lock.held_by_agent(data_dir),
        # A command that writes at this moment has its turn first.
        busy_in_one_word(),
        closing(
            WriteLock(configuration.write_lock_path, clock=clock, timeout=_PATIENCE)
        ) as writers,
        writers.held(),
    ):
        kept = backups.restore(file.absolute(), file=configuration.database_file, now=clock.now())
    say(f"Restored {file}.")
    if kept is not None:
        say(f"The database that it replaces is kept in {kept.parent}.")
    say(
        "Engines are on hold. Run `retinue db reconcile`, look at what it says, then `retinue db release`."
    )


@app.command()
def reconcile(context: typer.Context, as_json: Json = False) -> None:
    """
    Take up from the intent journals what the database has forgotten. Safe to repeat.

    Where several agents work on the database, run it with the data directory of each.

    Example: retinue db reconcile
    """
    from dataclasses import asdict

    from retinue.workflows.restoring import service as restoring

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        found = restoring.reconcile(runtime)
    if as_json:
        emit_json(asdict(found))
        return
    say(
        f"Taken up again: {found.taken_up} intents, {found.unknown} of them without a known outcome; "
        f"{found.outcomes} outcomes were written down; {found.strangers} belong to accounts that this "
        "database does not have."
    )
    if found.unknown:
        say(
            "They hold their people. Likes and follows are looked for once work goes on; the rest"
            " waits for a person in the inbox."
        )


@app.command()
def release(
    context: typer.Context,
    reason: Annotated[
        str, typer.Option(help="Why work may go on; kept in the audit log.")
    ] = "reconciled",
    without_journal: Annotated[
        bool, typer.Option("--without-journal", help="Accept that people may be engaged twice.")
    ] = False,
) -> None:
    """
    Let work go on after a restore.

    Example: retinue db release --reason "journals replayed, unknowns looked at"
    """
    from retinue.workflows.restoring import service as restoring

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        restoring.release(runtime, reason=reason, actor=ACTOR, without_journal=without_journal)
    say("Released. Sessions may be started again.")


def _with_file(configuration: Configuration, *, verb: str) -> Configuration:
    from retinue.foundation.errors import Conflict

    if configuration.database_url is not None:
        raise Conflict(
            f"The database is a server's: use {verb}. A database that is older than the intent journals "
            "in the data directory is noticed at the next start, and everything is held."
        )
    return configuration
