"""`retinue accounts`: see the accounts and decide about them. `import` comes from the import's workflow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.accounts.schemas import AccountChange, AccountRead, FilterQuery

app = typer.Typer(help="The accounts that you run.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Login or account number.")]
Reason = Annotated[str, typer.Option(help="Why; the audit log keeps it.")]

_COLUMNS = ("account_no", "login", "network", "lifecycle", "health", "paused", "persona")


@app.command("list")
def list_accounts(
    context: typer.Context,
    search: Annotated[str, typer.Option(help="Part of number, login or e-mail.")] = "",
    with_retired: Annotated[bool, typer.Option("--all", help="Retired ones too.")] = False,
    as_json: Json = False,
) -> None:
    """
    List the accounts by number.

    Example: retinue accounts list --search berlin --json
    """
    from retinue.capabilities.accounts import service
    from retinue.capabilities.accounts.models import Lifecycle
    from retinue.capabilities.accounts.schemas import AccountFilter

    wanted = AccountFilter(
        search=search or None, lifecycles=tuple(Lifecycle) if with_retired else ()
    )
    found: list[AccountRead] = []
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        after = None
        while True:
            page = service.page(db, wanted, after=after, limit=1000)
            found += service.read_many(db, page.accounts)
            after = page.next
            if after is None:
                break
    if as_json:
        emit_json([account.model_dump(mode="json") for account in found])
        return
    rows = [_cells(account) for account in found]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    for row in (_COLUMNS, *rows):
        print("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip())
    say(f"{len(found)} accounts")


@app.command()
def show(context: typer.Context, account: Name, as_json: Json = False) -> None:
    """
    Show everything that is known of an account, except its secrets.

    Example: retinue accounts show test_account
    """
    from retinue.capabilities.accounts import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = service.read(db, service.find(db, account, include_retired=True))
    _print(found, as_json=as_json)


@app.command()
def activate(context: typer.Context, account: Name, reason: Reason, as_json: Json = False) -> None:
    """
    Let an account engage, without waiting for validation or warm-up.

    Example: retinue accounts activate WACC001 --reason "ran for years before Retinue"
    """
    from retinue.capabilities.accounts.models import Lifecycle
    from retinue.capabilities.accounts.schemas import AccountChange

    change = AccountChange(lifecycle=Lifecycle.active, reason=reason)
    _print(_change(context, account, change), as_json=as_json)


@app.command()
def retire(context: typer.Context, account: Name, reason: Reason, as_json: Json = False) -> None:
    """
    Take an account out of the lists and out of work; its history stays.

    Example: retinue accounts retire WACC001 --reason "campaign is over"
    """
    from retinue.capabilities.accounts.models import Lifecycle
    from retinue.capabilities.accounts.schemas import AccountChange

    change = AccountChange(lifecycle=Lifecycle.retired, reason=reason)
    _print(_change(context, account, change), as_json=as_json)


@app.command()
def revive(context: typer.Context, account: Name, reason: Reason, as_json: Json = False) -> None:
    """
    Bring a retired account back; it begins again as imported.

    Example: retinue accounts revive WACC001 --reason "next campaign"
    """
    from retinue.capabilities.accounts import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.find(db, account, include_retired=True)
        now = runtime.clock.now()
        read = service.read(db, service.revive(db, found, actor=ACTOR, now=now, reason=reason))
    _print(read, as_json=as_json)


@app.command()
def pause(context: typer.Context, account: Name, reason: Reason, as_json: Json = False) -> None:
    """
    Let an account finish what it does and start nothing new.

    Example: retinue accounts pause WACC001 --reason "waiting for the new photos"
    """
    from retinue.capabilities.accounts.schemas import AccountChange

    _print(_change(context, account, AccountChange(paused=True, reason=reason)), as_json=as_json)


@app.command()
def resume(context: typer.Context, account: Name, as_json: Json = False) -> None:
    """
    End a pause.

    Example: retinue accounts resume WACC001
    """
    from retinue.capabilities.accounts.schemas import AccountChange

    _print(_change(context, account, AccountChange(paused=False)), as_json=as_json)


Filter = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="NAME=VALUE",
        help="search, status, type, health, lifecycle, persona, paused or label; may be repeated.",
    ),
]


@app.command("export")
def export_accounts(
    context: typer.Context,
    where: Filter = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array instead of CSV.")] = False,
) -> None:
    """
    Write the accounts to stdout as CSV, without any secret.

    Example: retinue accounts export --where label=berlin --where health=ok > berlin.csv
    """
    from retinue.capabilities.accounts import service
    from retinue.kit.csv_out import rows_as_csv

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        found = service.exported(runtime, _filter(where).filter(None))
        if as_json:
            emit_json([one.model_dump(mode="json") for one in found])
            return
        rows = (service.cells(one) for one in found)
        for piece in rows_as_csv(service.EXPORTED, rows):
            sys.stdout.write(piece)


@app.command("bulk")
def act_on_many(
    *,
    context: typer.Context,
    action: Annotated[
        str, typer.Argument(help="pause, resume, label, unlabel, activate or retire.")
    ],
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Logins or numbers.")
    ] = None,
    where: Filter = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="All that --where leaves, or all there are.")
    ] = False,
    label: Annotated[
        list[str] | None, typer.Option(help="For label and unlabel; may be repeated.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; the audit log keeps it.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would become of each.")] = False,
    as_json: Json = False,
) -> None:
    """
    Do one thing to many accounts: those that are named, or with --all those of a filter.

    Example: retinue accounts bulk pause --all --where label=berlin --reason "summer break" --dry-run
    """
    from pydantic import ValidationError

    from retinue.capabilities.accounts import service
    from retinue.capabilities.accounts.schemas import BulkRequest
    from retinue.foundation.errors import Invalid

    if bool(accounts) == everyone or (where and not everyone):
        raise Invalid.field(
            "accounts", "name accounts, or say --all (with --where for some of them)"
        )
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            named = [service.find(db, name, include_retired=True).id for name in accounts or ()]
        given = {"action": action, "reason": reason, "labels": label, "dry_run": dry_run}
        meant = {"filter": _filter(where)} if everyone else {"ids": named}
        try:
            wanted = BulkRequest.model_validate({**given, **meant})
        except ValidationError as error:
            raise Invalid.field("bulk", error.errors()[0]["msg"]) from error
        report = service.act_on_many(runtime, wanted, by=service.Initiator(ACTOR))
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        for row in report.rows:
            print("  ".join(filter(None, (row.account or str(row.id), row.outcome, row.reason))))
        verb = "would be " if dry_run else ""
        say(
            f"{report.matched} matched: {report.changed} {verb}changed, "
            f"{report.unchanged} unchanged, {report.refused} refused"
        )
    if report.refused:
        raise typer.Exit(Exit.partial)


def _filter(where: list[str] | None) -> FilterQuery:
    from pydantic import ValidationError

    from retinue.capabilities.accounts.schemas import FilterQuery
    from retinue.foundation.errors import Invalid

    given: dict[str, list[str]] = {}
    for one in where or ():
        name, is_pair, value = one.partition("=")
        if not is_pair:
            raise Invalid.field("--where", f"write it as NAME=VALUE, not {one}")
        given.setdefault(name.strip(), []).append(value)
    lists = {"status", "health", "lifecycle", "label"}
    values = {name: many if name in lists else many[-1] for name, many in given.items()}
    try:
        return FilterQuery.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid.field(f"--where {first['loc'][0]}", str(first["msg"])) from error


def _change(context: typer.Context, name: str, change: AccountChange) -> AccountRead:
    from retinue.capabilities.accounts import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.find(db, name, include_retired=True)
        changed = service.change(db, found.id, change, actor=ACTOR, now=runtime.clock.now())
        return service.read(db, changed)


def _print(account: AccountRead, *, as_json: bool) -> None:
    if as_json:
        emit_json(account.model_dump(mode="json"))
        return
    for name, value in account.model_dump(mode="json").items():
        shown = value["name"] if name == "persona" and value else value
        print(f"{name:<18} {'' if shown is None else shown}")


def _cells(account: AccountRead) -> tuple[str, ...]:
    persona = account.persona.name if account.persona else ""
    values = {**account.model_dump(mode="json"), "persona": persona}
    values["paused"] = "yes" if account.paused else ""
    return tuple(str(values[name]) for name in _COLUMNS)
