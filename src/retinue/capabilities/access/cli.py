"""`retinue access`: who may call. Passwords are asked for or read from stdin, never taken as arguments."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pydantic import BaseModel

    from retinue.capabilities.access.schemas import Origin
    from retinue.foundation.runtime import Runtime

Wanted = TypeVar("Wanted", bound="BaseModel")

app = typer.Typer(
    help="Who may call: operators, tokens, and the set-up of the first admin.",
    no_args_is_help=True,
)
operators = typer.Typer(help="The people who may log in.", no_args_is_help=True)
tokens = typer.Typer(help="Bearer tokens for programs.", no_args_is_help=True)
app.add_typer(operators, name="operators")
app.add_typer(tokens, name="tokens")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Username = Annotated[str, typer.Argument(help="The name to log in with.", show_default=False)]


@app.command("setup-url", epilog="Example: retinue access setup-url")
def setup_url(context: typer.Context, as_json: AsJson = False) -> None:
    """Print the one-time URL that makes the first admin. A new URL replaces the one before."""
    from retinue.capabilities.access import service
    from retinue.foundation.errors import Conflict

    with _opened(context) as runtime:
        with runtime.database.writing() as db:
            code = service.new_setup_code(db)
        if code is None:
            raise Conflict(
                "There is an admin already; log in, or: retinue access operators reset-password NAME"
            )
        url = service.setup_url(runtime.configuration, code)
    if as_json:
        emit_json({"url": url, "code": code})
    else:
        print(url)


@operators.command("list", epilog="Example: retinue access operators list --json")
def list_operators(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the people who may log in."""
    from retinue.capabilities.access import service
    from retinue.capabilities.access.schemas import OperatorRead

    with _opened(context) as runtime, runtime.database.reading() as db:
        items = [OperatorRead.of(row).model_dump(mode="json") for row in service.list_operators(db)]
    _show(items, ("id", "username", "role", "disabled_at", "has_second_factor"), as_json=as_json)


@operators.command("add", epilog="Example: retinue access operators add anna --role admin")
def add_operator(
    context: typer.Context,
    username: Username,
    role: Annotated[str, typer.Option(help="viewer, operator or admin.")] = "operator",
    as_json: AsJson = False,
) -> None:
    """Let a person in. The password is asked for, or read from stdin. An admin ends demo mode."""
    from retinue.capabilities.access import service
    from retinue.capabilities.access.schemas import OperatorCreate, OperatorRead

    wanted = _checked(OperatorCreate, username=username, role=role, password=_new_password())
    password_hash = service.prepare_password(wanted.password.get_secret_value(), username=username)
    with _opened(context) as runtime, runtime.database.writing() as db:
        row = service.add_operator(
            db,
            username=wanted.username,
            password_hash=password_hash,
            role=wanted.role,
            origin=_origin(),
            now=runtime.clock.now(),
        )
        shown = OperatorRead.of(row).model_dump(mode="json")
    say(f"{shown['username']} may log in as {shown['role']}.")
    if as_json:
        emit_json(shown)


@operators.command("disable", epilog="Example: retinue access operators disable ben")
def disable_operator(context: typer.Context, username: Username) -> None:
    """Log a person out and keep them out."""
    from retinue.capabilities.access import service

    with _opened(context) as runtime, runtime.database.writing() as db:
        row = service.operator_named(db, username)
        service.set_disabled(db, row, disabled=True, origin=_origin(), now=runtime.clock.now())
    say(f"{username} is logged out and disabled.")


@operators.command("enable", epilog="Example: retinue access operators enable ben")
def enable_operator(context: typer.Context, username: Username) -> None:
    """Let a disabled person in again."""
    from retinue.capabilities.access import service

    with _opened(context) as runtime, runtime.database.writing() as db:
        row = service.operator_named(db, username)
        service.set_disabled(db, row, disabled=False, origin=_origin(), now=runtime.clock.now())
    say(f"{username} may log in again.")


@operators.command("reset-password", epilog="Example: retinue access operators reset-password anna")
def reset_password(
    context: typer.Context,
    username: Username,
    keep_second_factor: Annotated[
        bool, typer.Option(help="Leave the second factor as it is, or take it away.")
    ] = True,
) -> None:
    """Set a new password, asked for or read from stdin; every log-in of the person ends."""
    from retinue.capabilities.access import service

    password_hash = service.prepare_password(_new_password(), username=username)
    with _opened(context) as runtime, runtime.database.writing() as db:
        row, now = service.operator_named(db, username), runtime.clock.now()
        service.set_password(db, row, password_hash, origin=_origin(), now=now)
        if not keep_second_factor:
            service.set_second_factor(
                db, row, None, sealer=runtime.sealer, origin=_origin(), now=now
            )
    say(f"{username} has a new password and is logged out everywhere.")


@tokens.command("list", epilog="Example: retinue access tokens list")
def list_tokens(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every token, revoked and expired ones too; never the token itself."""
    from retinue.capabilities.access import service
    from retinue.capabilities.access.schemas import TokenRead

    with _opened(context) as runtime, runtime.database.reading() as db:
        rows = service.list_tokens(db)
        items = [TokenRead.model_validate(row).model_dump(mode="json") for row in rows]
    _show(items, ("id", "name", "prefix", "role", "expires_at", "revoked_at"), as_json=as_json)


@tokens.command(
    "create", epilog="Example: retinue access tokens create ci --role operator --days 90"
)
def create_token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for.", show_default=False)],
    *,
    role: Annotated[str, typer.Option(help="viewer, operator, admin or bot.")] = "viewer",
    scope: Annotated[
        list[str] | None, typer.Option(help="Only this scope; may be repeated.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="Days until it expires.", min=1, max=3650)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token. It is printed once, on stdout; only its hash is kept."""
    from retinue.capabilities.access import service
    from retinue.capabilities.access.models import Role
    from retinue.capabilities.access.schemas import TokenCreate

    with _opened(context) as runtime, runtime.database.writing() as db:
        now = runtime.clock.now()
        expires_at = now + timedelta(days=days) if days else None
        wanted = _checked(
            TokenCreate, name=name, role=role, scopes=scope or None, expires_at=expires_at
        )
        issued = service.issue_token(
            db, wanted, granted_by=service.scopes_of(Role.admin), origin=_origin(), now=now
        )
    say("Keep it now: it is not shown again.")
    if as_json:
        emit_json({"id": issued.id, "token": issued.token})
    else:
        print(issued.token)


@tokens.command("revoke", epilog="Example: retinue access tokens revoke 0197...")
def revoke_token(
    context: typer.Context,
    token_id: Annotated[
        str, typer.Argument(help="Its id, from `tokens list`.", show_default=False)
    ],
) -> None:
    """Stop a token from working."""
    from retinue.capabilities.access import service

    with _opened(context) as runtime, runtime.database.writing() as db:
        service.revoke_token(db, token_id, origin=_origin(), now=runtime.clock.now())
    say(f"Token {token_id} is revoked.")


def _opened(context: typer.Context) -> AbstractContextManager[Runtime]:
    given: CommandContext = context.obj
    return given.open()


def _origin() -> Origin:
    from retinue.capabilities.access.schemas import Origin

    return Origin(ACTOR)


def _new_password() -> str:
    """Two times at a terminal, else the first line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _checked(kind: type[Wanted], **values: Any) -> Wanted:
    """What the HTTP API would accept, said in the words of the command line."""
    from pydantic import ValidationError

    from retinue.foundation.errors import Invalid, Problem

    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = [Problem(tuple(found["loc"]), found["msg"]) for found in error.errors()]
        first = problems[0]
        where = ".".join(str(part) for part in first.loc)
        raise Invalid(f"{where}: {first.msg}", problems=problems) from error


def _show(items: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        emit_json(items)
        return
    rows = [columns, *(tuple(str(item[name] or "-") for name in columns) for item in items)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
