"""`retinue networks`: what each network lets software do, and which are connected. Secrets are asked for or read
from stdin, never taken as arguments."""

from __future__ import annotations

import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say, typed

if TYPE_CHECKING:
    from retinue.workflows.connecting.schemas import NetworkRead

app = typer.Typer(help="Networks, and what each lets software do.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="NETWORK", help="sandgram, instagram or x.")]
Reason = Annotated[str, typer.Option(help="Why, for the audit log.")]
Account = Annotated[str, typer.Argument(help="Login or account number.")]


@app.command("list")
def list_networks(context: typer.Context, as_json: Json = False) -> None:
    """
    List the networks and how each stands.

    Example: retinue networks list
    """
    found = _networks(context)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        where = f" at {one.base_url}" if one.base_url else ""
        people = one.accounts
        print(f"{one.name}: {one.state.value}{where}; {people.total} accounts", end="")
        print(f", {people.needs_person} need a person" if people.needs_person else "")
        if one.problem:
            print(f"  {one.problem}")


@app.command()
def show(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """
    Show what a network lets software do, and why.

    Example: retinue networks show x
    """
    from retinue.foundation.errors import Invalid

    found = next((one for one in _networks(context) if one.name == name), None)
    if found is None:
        raise Invalid.field("network", "is not known; choose sandgram, instagram or x")
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    for one in found.capabilities:
        limit = f" ({one.limit})" if one.limit else ""
        print(f"{one.level.value:<10}  {one.title}: {one.reason}{limit}")


@app.command()
def connect(
    context: typer.Context,
    name: Name,
    *,
    reason: Reason,
    base_url: Annotated[
        str | None, typer.Option(help="Where its interface is; Sandgram's where there is one.")
    ] = None,
    client_id: Annotated[str | None, typer.Option(help="The app's id.")] = None,
    secret: Annotated[
        bool, typer.Option("--secret", help="Ask for the app's secret, or read it from stdin.")
    ] = False,
    tier: Annotated[str | None, typer.Option(help="self_serve or enterprise.")] = None,
    as_json: Json = False,
) -> None:
    """
    Let Retinue call a network with an app of yours. What is left out stays as it was.

    Example: retinue networks connect x --reason "rehearsal on Sandgram"
    """
    from retinue.workflows.connecting import service
    from retinue.workflows.connecting.schemas import ConnectWanted

    given: dict[str, Any] = {"base_url": base_url, "client_id": client_id, "tier": tier}
    given["client_secret"] = _secret("The app's secret") if secret else None
    wanted = typed(ConnectWanted, reason=reason, **given)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.connect(db, runtime, service.named(name), wanted, by=service.By(ACTOR))
    if as_json:
        emit_json(found.model_dump(mode="json"))
    say(f"{found.title} is connected at {found.base_url}, tier {found.tier}.")


@app.command()
def disconnect(context: typer.Context, name: Name, reason: Reason) -> None:
    """
    Call a network no more. What is stored for it stays, sealed.

    Example: retinue networks disconnect x --reason "the contract has ended"
    """
    from retinue.workflows.connecting import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.disconnect(db, runtime, service.named(name), reason, by=service.By(ACTOR))
    say(f"{found.title} is {found.state.value}.")


@app.command()
def grants(
    context: typer.Context,
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 200,
    as_json: Json = False,
) -> None:
    """
    List the accounts that are authorised there, and those that need a person.

    Example: retinue networks grants x
    """
    from retinue.workflows.connecting import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found, total = service.grants(db, service.named(name), after=None, limit=limit)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        trouble = f"  {one.trouble}" if one.trouble else ""
        print(f"{one.account_no}  @{one.login}  {one.state.value}{trouble}")
    say(f"{len(found)} of {total}")


@app.command()
def authorise(
    context: typer.Context,
    name: Name,
    account: Account,
    *,
    browser: Annotated[
        bool, typer.Option("--browser", help="Let the owner do it in a browser.")
    ] = False,
    redirect_uri: Annotated[
        str | None, typer.Option(help="With --browser: one of the app's own.")
    ] = None,
) -> None:
    """
    Store what an account's owner has granted the app: asked for, or read from stdin.

    What is read is a refresh token, or the JSON that the network answered with. With --browser an
    address is shown, and what is read is the address that the browser is led back to.

    Example: retinue networks authorise x ava < tokens.json
    """
    if browser:
        _by_browser(context, name, account, redirect_uri=redirect_uri)
        return
    from retinue.capabilities.accounts import service as accounts
    from retinue.workflows.connecting import service
    from retinue.workflows.connecting.schemas import TokensWanted

    wanted = typed(TokensWanted, **_tokens(_secret("Refresh token")))
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = accounts.find(db, account)
        stored = service.authorise(
            db, runtime, service.named(name), found.id, wanted, by=service.By(ACTOR)
        )
    say(f"{stored.account_no} is authorised on {name}.")


@app.command()
def withdraw(context: typer.Context, name: Name, account: Account) -> None:
    """
    Forget an account's tokens. What was granted is taken back on the network, by its owner.

    Example: retinue networks withdraw x ava
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.workflows.connecting import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = accounts.find(db, account)
        service.withdraw(db, runtime, service.named(name), found.id, by=service.By(ACTOR))
        number = found.account_no
    say(f"The tokens of {number} are forgotten.")


def _by_browser(
    context: typer.Context, name: str, account: str, *, redirect_uri: str | None
) -> None:
    from pydantic import SecretStr

    from retinue.capabilities.accounts import service as accounts
    from retinue.workflows.connecting import service
    from retinue.workflows.connecting.schemas import ConsentAnswer

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        network = service.named(name)
        with runtime.database.reading() as db:
            found = accounts.find(db, account)
            asked = service.invitation(db, runtime, network, found.id, redirect_uri=redirect_uri)
        say(f"Open this as @{asked.login}, allow it, and copy the address that you are led to:")
        print(asked.url, flush=True)
        answer = ConsentAnswer(address=SecretStr(_secret("The address, within half a minute")))
        stored = service.complete(runtime, network, answer, by=service.By(ACTOR))
    say(f"{stored.account_no} is authorised on {name}.")


def _networks(context: typer.Context) -> list[NetworkRead]:
    from retinue.workflows.connecting import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        return service.networks(db, runtime)


def _secret(what: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ")
    return sys.stdin.read(20_000).strip()


def _tokens(text: str) -> dict[str, Any]:
    if not text.startswith("{"):
        return {"refresh_token": text}
    try:
        found = json.loads(text)
    except ValueError:
        return {"refresh_token": None}
    names = ("access_token", "refresh_token", "expires_in", "scope")
    return {name: found[name] for name in names if found.get(name) is not None}
