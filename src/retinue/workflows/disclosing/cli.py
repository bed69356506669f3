"""`retinue accounts reveal` and the export with secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, ask_secret, emit_json, say

Reason = Annotated[str, typer.Option(help="Why; the audit log keeps it.")]


def reveal(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="Login or account number.")],
    reason: Reason,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Print the secrets of an account. The audit log keeps that it was asked for, and why.

    Example: retinue accounts reveal WACC001 --reason "the network asks on the phone"
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.workflows.disclosing import service

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            account_id = accounts.find(db, account, include_retired=True).id
        found = service.reveal(runtime, account_id, by=service.By(ACTOR, reason))
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    for name, value in found.secrets.items():
        print(f"{name:<24} {', '.join(value) if isinstance(value, list) else value}")
    say(f"{found.account_no} ({found.login}): {len(found.secrets)} secrets")


def export_secrets(
    *,
    context: typer.Context,
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    reason: Reason,
    passphrase_fd: Annotated[
        int | None, typer.Option(help="Read the passphrase from this file descriptor.", min=0)
    ] = None,
    search: Annotated[str, typer.Option(help="Only these: part of number, login or e-mail.")] = "",
    label: Annotated[list[str] | None, typer.Option(help="Only with all of these labels.")] = None,
) -> None:
    """
    Write accounts with their secrets to a file that only a passphrase opens.

    `retinue accounts import FILE` reads it again.

    Example: retinue accounts export-secrets accounts.retinue --reason "move to another machine"
    """
    from retinue.capabilities.accounts.schemas import AccountFilter
    from retinue.foundation import whole_file
    from retinue.foundation.errors import Conflict
    from retinue.workflows.disclosing import service

    if to.exists():
        raise Conflict(f"{to} exists already; name another file.")
    passphrase = ask_secret("Passphrase", fd=passphrase_fd, twice=True)
    wanted = AccountFilter(search=search or None, labels=tuple(label or ()))
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        by = service.By(ACTOR, reason)
        number, pieces = service.export(runtime, wanted, passphrase, by=by)
        whole_file.write(to, pieces)
    say(f"{number} accounts are in {to}. Without the passphrase nobody opens it, you neither.")
