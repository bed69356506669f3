"""`retinue do-not-contact`: the people who are left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = typer.Typer(help="The people who are left alone.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with each entry.")]
Network = Annotated[str, typer.Option(help="The network that the handles belong to.")]
Account = Annotated[
    str | None, typer.Option(help="Only this account leaves them alone (login or account_no).")
]
Persona = Annotated[str | None, typer.Option(help="Only this persona's accounts leave them alone.")]


@app.command("list")
def list_entries(
    context: typer.Context,
    search: Annotated[str, typer.Option(help="Part of a handle or a reason.")] = "",
    as_json: Json = False,
) -> None:
    """
    List the entries, the newest first.

    Example: retinue do-not-contact list --search harbour
    """
    from retinue.capabilities.safety import service

    commands: CommandContext = context.obj
    found: list[dict[str, Any]] = []
    with commands.open() as runtime, runtime.database.reading() as db:
        before_id = None
        while page := service.contact_entries(
            db, search=search or None, before_id=before_id, limit=1000
        ):
            found += [entry.model_dump(mode="json") for entry in page]
            before_id = page[-1].id
    if as_json:
        emit_json(found)
        return
    for entry in found:
        scope = (
            entry["scope"] if entry["scope_id"] is None else f"{entry['scope']} {entry['scope_id']}"
        )
        who = entry["handle"] or entry["handle_hash"]
        print(
            f"{entry['id']:>6}  {who}  {scope}  {entry['expires_at'] or 'for ever'}  {entry['reason']}"
        )
    say(f"{len(found)} entries")


@app.command()
def add(
    context: typer.Context,
    handle: Annotated[str, typer.Argument(help="The person's handle.")],
    *,
    reason: Reason,
    network: Network = "sandgram",
    account: Account = None,
    persona: Persona = None,
    as_json: Json = False,
) -> None:
    """
    Leave a person alone from now on.

    Example: retinue do-not-contact add harbour_lights --reason "asked us to"
    """
    from pydantic import ValidationError

    from retinue.capabilities.safety import service
    from retinue.capabilities.safety.schemas import DoNotContactCreate
    from retinue.foundation.errors import Invalid, Problem

    commands: CommandContext = context.obj
    given = {"network": network, "handle": handle, "reason": reason, "account": account}
    try:
        wanted = DoNotContactCreate.model_validate(
            {**given, "persona": persona, "scope": _scope(account, persona)}
        )
    except ValidationError as error:
        problems = [Problem(found["loc"], found["msg"], found["type"]) for found in error.errors()]
        first = problems[0]
        name = ".".join(map(str, first.loc))
        raise Invalid(f"{name}: {first.msg}", problems=problems) from error
    with commands.open() as runtime, runtime.database.writing() as db:
        kept = service.add_contact(
            db,
            wanted,
            scope_key=_scope_key(db, account, persona),
            actor=ACTOR,
            now=runtime.clock.now(),
        )
    if as_json:
        emit_json(kept.entry.model_dump(mode="json"))
        return
    say(
        f"@{kept.entry.handle} is {'' if kept.is_new else 'still '}left alone (entry {kept.entry.id})."
    )


@app.command()
def remove(
    context: typer.Context,
    entry_id: Annotated[int, typer.Argument(help="The entry's number, as `list` shows it.")],
) -> None:
    """
    Take an entry off the list; the person may be contacted again.

    Example: retinue do-not-contact remove 7
    """
    from retinue.capabilities.safety import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        service.remove_contact(db, entry_id, actor=ACTOR, now=runtime.clock.now())
    say(f"Entry {entry_id} is off the list.")


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    reason: Reason,
    network: Network = "sandgram",
    account: Account = None,
    persona: Persona = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """
    Put a list in force: a CSV with `handle` (or `username`) or `hash`, or one handle per line.

    Example: retinue do-not-contact import left-alone.csv --reason "campaign of spring" --dry-run
    """
    from retinue.capabilities.safety import service
    from retinue.capabilities.safety.schemas import ContactList
    from retinue.foundation.clock import SystemClock

    commands: CommandContext = context.obj
    parsed = service.parse_contact_list(file.read_bytes(), now=SystemClock().now())
    for fault in parsed.faults:
        place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
        say(f"{place}: {fault.message}")
    if parsed.faults:
        say("Nothing was changed.")
        raise typer.Exit(Exit.usage)
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            kept_in = ContactList(network, _scope_key(db, account, persona), reason)
            counts = service.preview_contacts(db, parsed, kept_in)
        if not dry_run:
            counts = service.import_contacts(
                runtime.database, parsed, kept_in, actor=ACTOR, now=runtime.clock.now()
            )
    told = {"added": counts.added, "updated": counts.updated, "unchanged": counts.unchanged}
    if as_json:
        emit_json({"dry_run": dry_run, **told})
        return
    say(", ".join(f"{number} {name}" for name, number in told.items()))


def _scope(account: str | None, persona: str | None) -> str:
    if account is not None:
        return "account"
    return "fleet" if persona is None else "persona"


def _scope_key(db: Session, account: str | None, persona: str | None) -> str:
    from retinue.capabilities.safety import service
    from retinue.capabilities.safety.schemas import ContactScope

    scope = ContactScope(_scope(account, persona))
    return service.contact_scope_key(db, scope, account=account, persona=persona)
