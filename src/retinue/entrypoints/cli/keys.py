"""`retinue keys`: the key that the stored secrets are sealed with."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

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


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Say how much is sealed with which key, and whether a rotation is under way. Nothing is opened.

    Example: retinue keys status --json
    """
    from retinue.workflows.resealing import service as resealing

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        found = resealing.status(runtime)
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    print(found.file)
    for key in found.keys:
        print(f"{key.key_id}  {key.role:<7}  {key.values} values")
    say(found.advice)


@app.command("rotate-sealing")
def rotate_sealing(
    *,
    context: typer.Context,
    prepare: Annotated[
        bool,
        typer.Option(
            "--prepare", help="Only make the new key known, to be copied to every machine."
        ),
    ] = False,
    keep_old: Annotated[
        bool, typer.Option("--keep-old-key", help="Leave the old key in the file at the end.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why; the audit log keeps it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Seal everything with a new key. Work goes on meanwhile; cut off, it goes on when called again.

    Example: retinue keys rotate-sealing --reason "every half year"
    """
    from dataclasses import asdict

    from retinue.workflows.resealing import service as resealing

    commands: CommandContext = context.obj
    wish = resealing.Wish(ACTOR, reason=reason, prepares_only=prepare, keeps_old=keep_old)
    with commands.open() as runtime:
        done = resealing.rotate(runtime, wish, tell=say)
        path = runtime.configuration.effective_key_file
    if as_json:
        emit_json(asdict(done))
    if done.is_prepared:
        say(f"{done.new} is known in {path}. Copy the file to every machine, then run this again.")
        return
    say(f"{done.values} values are under {done.new} now. Copy {path} to where you keep it.")
    if done.broken:
        for place in done.broken:
            say(f"  {place}")
        say(
            "These open with no key here; store them again. The old key stays in the file meanwhile."
        )
        raise typer.Exit(Exit.partial)
    if done.is_old_removed:
        old = ", ".join(done.old)
        say(
            f"{old} is out of the file. Backups from before need it: keep your copy as long as them."
        )
        return
    say("The old key stays in the file; `retinue keys rotate-sealing` takes it out.")
