"""`retinue plan`: read, check and change what an account does."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.plans.schemas import Change, Finding

app = typer.Typer(help="What an account does: its YAML plan.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Login or account number.")]


@app.command()
def lint(
    file: Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """
    Check a file; exit 1 where it has errors. Needs no installation.

    Example: retinue plan lint examples/plans/gentle.yml
    """
    from retinue.capabilities.plans import service

    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        say(f"{file}: not UTF-8 (byte {error.start}); save it as UTF-8.")
        raise typer.Exit(Exit.failed) from error
    parsed = service.parse(text)
    if as_json:
        emit_json({"ok": parsed.plan is not None, "findings": _rows(parsed.findings)})
    else:
        for found in parsed.findings:
            print(f"{file}:{_line(found)}")
        if not parsed.findings:
            say("Nothing to remark.")
    if parsed.plan is None:
        raise typer.Exit(Exit.failed)


@app.command()
def show(context: typer.Context, account: Name, as_json: Json = False) -> None:
    """
    Print the plan in force.

    Example: retinue plan show test_account > plan.yml
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.plans import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = accounts.find(db, account)
        change = service.show(db, found)
        login = found.login
    if as_json:
        emit_json(_object(login, change))
        return
    print(change.text, end="")
    say(f"{login}: version {change.version}")
    _remark(change)


@app.command("set")
def set_values(
    context: typer.Context,
    account: Name,
    changes: Annotated[
        list[str], typer.Argument(metavar="KEY=VALUE | KEY+=ITEM | KEY-=ITEM | KEY=")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the change, save nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Change single keys; the rest of the text stays as it is. `KEY=` takes a key out.

    Example: retinue plan set test_account likes-percentage=70-90 blogger-followers+=luna repeat=
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.plans import service
    from retinue.capabilities.plans.schemas import PlanEdit

    edit = PlanEdit(**_asked(changes), dry_run=dry_run)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = accounts.find(db, account)
        author = service.Author(ACTOR)
        change = service.change(db, found, edit, author=author, now=runtime.clock.now())
        login = found.login
    _tell(login, change, as_json=as_json)


@app.command()
def save(
    context: typer.Context,
    account: Name,
    file: Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """
    Put a whole file in force as the account's plan.

    Example: retinue plan save test_account plan.yml
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.plans import service

    text = file.read_bytes().decode("utf-8-sig", "replace")
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = accounts.find(db, account)
        author = service.Author(ACTOR)
        change = service.save(db, found, text, author=author, now=runtime.clock.now())
        login = found.login
    _tell(login, change, as_json=as_json)


@app.command()
def versions(context: typer.Context, account: Name, as_json: Json = False) -> None:
    """
    List every version that was saved, the newest first.

    Example: retinue plan versions test_account --json
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.plans import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        rows = [
            {
                "version": row.version,
                "saved_by": row.saved_by,
                "saved_at": row.saved_at,
                "note": row.note,
            }
            for row in service.versions(db, accounts.find(db, account))
        ]
    if as_json:
        emit_json(rows)
        return
    for row in rows:
        print(
            f"{row['version']:>5}  {row['saved_at']:%Y-%m-%d %H:%M}  {row['saved_by']}  {row['note'] or ''}".rstrip()
        )
    if not rows:
        say("Never saved: the default plan is in force.")


@app.command()
def restore(context: typer.Context, account: Name, version: int, as_json: Json = False) -> None:
    """
    Put an old version in force again, as a new one.

    Example: retinue plan restore test_account 3
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.plans import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = accounts.find(db, account)
        author = service.Author(ACTOR)
        change = service.restore(db, found, version, author=author, now=runtime.clock.now())
        login = found.login
    _tell(login, change, as_json=as_json)


_CHANGE = re.compile(r"(?P<key>[^=+\s]+?)\s*(?P<sign>\+=|-=|=)(?P<value>.*)", re.DOTALL)


def _asked(changes: list[str]) -> dict[str, Any]:
    """`set`, `add` and `remove`, as the API takes them."""
    asked: dict[str, dict[str, Any]] = {"set": {}, "add": {}, "remove": {}}
    for text in changes:
        match = _CHANGE.fullmatch(text)
        if match is None:
            raise typer.BadParameter(f"{text!r} is none of KEY=VALUE, KEY+=ITEM, KEY-=ITEM, KEY=")
        key, value = match["key"], match["value"].strip()
        if match["sign"] == "=":
            asked["set"][key] = _value(value) if value else None
        else:
            verb = "add" if match["sign"] == "+=" else "remove"
            asked[verb].setdefault(key, []).append(value)
    return asked


def _value(text: str) -> str | list[str]:
    if text.startswith("[") and text.endswith("]"):
        return [item.strip() for item in text[1:-1].split(",") if item.strip()]
    return text


def _tell(login: str, change: Change, *, as_json: bool) -> None:
    if as_json:
        emit_json(_object(login, change))
        return
    if change.diff:
        print(change.diff)
    if change.is_saved:
        say(f"{login}: saved as version {change.version}")
    else:
        say(f"{login}: nothing was saved; version {change.version} stays")
    _remark(change)


def _remark(change: Change) -> None:
    for found in change.findings:
        say(_line(found))


def _object(login: str, change: Change) -> dict[str, Any]:
    return {
        "account": login,
        "version": change.version,
        "saved": change.is_saved,
        "text": change.text,
        "config": change.config,
        "findings": _rows(change.findings),
        "diff": change.diff or None,
    }


def _rows(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [asdict(found) for found in findings]


def _line(found: Finding) -> str:
    hint = f" ({found.suggestion})" if found.suggestion else ""
    key = f"{found.key}: " if found.key else ""
    return f"{found.line}:{found.column}: {found.severity}: {key}{found.message}{hint}"
