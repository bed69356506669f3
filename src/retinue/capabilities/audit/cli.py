"""`retinue audit`: who did what, and whether the log is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.audit.schemas import AuditEntryRead, AuditFilter

app = typer.Typer(help="Who did what, and when.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Actor = Annotated[str | None, typer.Option(help="As in `operator:anna`.")]
Action = Annotated[str | None, typer.Option(help="As in `accounts.paused`.")]
Subject = Annotated[str | None, typer.Option(help="KIND or KIND:ID, as in `account:7`.")]


@app.command()
def verify(context: typer.Context, as_json: Json = False) -> None:
    """
    Check that no entry was changed, taken out or slipped in. Exit code 1 where one was.

    Example: retinue audit verify
    """
    from retinue.capabilities.audit import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = service.examine(db)
    is_whole = found.first_broken_id is None
    if as_json:
        emit_json(
            {"ok": is_whole, "entries": found.entries, "first_broken_id": found.first_broken_id}
        )
    elif is_whole:
        say(f"The audit log is whole: {found.entries} entries.")
    else:
        say(
            f"The audit log is broken at entry {found.first_broken_id}: it was changed, taken out or slipped in. "
            f"The {found.entries} entries before it are whole."
        )
    if not is_whole:
        raise typer.Exit(Exit.failed)


@app.command("list")
def list_entries(
    context: typer.Context,
    *,
    actor: Actor = None,
    action: Action = None,
    subject: Subject = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """
    List the newest entries.

    Example: retinue audit list --actor operator:anna --limit 20
    """
    from retinue.capabilities.audit import service
    from retinue.capabilities.audit.schemas import AuditEntryRead

    wanted = _filter(actor, action, subject)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = [
            AuditEntryRead.model_validate(one) for one in service.newest(db, wanted, limit=limit)
        ]
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        print(_line(one))
    say(f"{len(found)} entries, the newest first; times are UTC")


@app.command()
def export(
    context: typer.Context,
    *,
    actor: Actor = None,
    action: Action = None,
    subject: Subject = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line instead of CSV.")
    ] = False,
) -> None:
    """
    Write the entries to stdout, the oldest first, as CSV.

    Example: retinue audit export --subject account:7 > audit.csv
    """
    import sys

    from retinue.capabilities.audit import service
    from retinue.capabilities.audit.schemas import AuditEntryRead
    from retinue.kit.csv_out import rows_as_csv

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        found = service.exported(runtime, _filter(actor, action, subject))
        if as_json:
            for one in found:
                print(one.model_dump_json())
            return
        names = tuple(AuditEntryRead.model_fields)
        rows = ([getattr(one, name) for name in names] for one in found)
        for piece in rows_as_csv(names, rows):
            sys.stdout.write(piece)


def _filter(actor: str | None, action: str | None, subject: str | None) -> AuditFilter:
    from retinue.capabilities.audit.schemas import AuditFilter

    kind, _, subject_id = (subject or "").partition(":")
    return AuditFilter(
        actor=actor, action=action, subject_kind=kind or None, subject_id=subject_id or None
    )


def _line(entry: AuditEntryRead) -> str:
    subject = f"{entry.subject_kind}:{entry.subject_id}"
    reason = f"  ({entry.reason})" if entry.reason else ""
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {entry.action}  {subject}{reason}"
