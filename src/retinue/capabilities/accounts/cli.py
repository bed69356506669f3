"""`retinue accounts`: see the accounts and decide about them. `import` comes from the import's workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.accounts.schemas import AccountChange, AccountRead

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
