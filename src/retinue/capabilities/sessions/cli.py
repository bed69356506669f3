"""`retinue session`: start, stop and look at sessions. A running server (`retinue up`) has the agent that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.sessions.schemas import SessionRead

app = typer.Typer(help="Sessions: accounts at work.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Login or account number.")]


@app.command()
def start(
    context: typer.Context,
    account: Name,
    agent: Annotated[
        str | None, typer.Option(help="Which agent is to run it; the least busy one otherwise.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Start a session and wait until it is at work.

    Example: retinue session start test_account
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.sessions import service

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            found = accounts.find(db, account)
        session = service.start(runtime, found.id, requested_by=ACTOR, agent=agent)
    if as_json:
        emit_json({"session_id": session.id, "account": found.login, "status": session.status})
    else:
        say(f"Session {session.id} of {found.login} is {session.status}.")


@app.command()
def stop(context: typer.Context, account: Name, as_json: Json = False) -> None:
    """
    Stop an account's session and wait until its processes are gone.

    Example: retinue session stop test_account
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.sessions import service

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            found = accounts.find(db, account)
        session = service.stop(runtime, found.id, requested_by=ACTOR)
    if as_json:
        emit_json({"session_id": session.id, "account": found.login, "status": session.status})
    else:
        say(f"Session {session.id} of {found.login} is {session.status}.")


@app.command()
def status(context: typer.Context, account: Name, as_json: Json = False) -> None:
    """
    Say how an account's newest session stands.

    Example: retinue session status test_account --json
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.sessions import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        shown = service.status(db, accounts.find(db, account), now=runtime.clock.now())
    if as_json:
        emit_json(shown.model_dump(mode="json"))
        return
    print(f"{shown.account}: {shown.status}")
    for action, counts in shown.counters.items():
        print(f"  {action}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    if shown.stop_reason:
        print(f"  {shown.stop_reason}")


@app.command("list")
def list_sessions(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """
    List the newest sessions.

    Example: retinue session list --limit 5
    """
    from retinue.capabilities.sessions import service
    from retinue.capabilities.sessions.schemas import SessionFilter

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found, total = service.page(db, SessionFilter(), before_id=None, limit=limit)
    if as_json:
        emit_json([session.model_dump(mode="json") for session in found])
        return
    for session in found:
        print(_line(session))
    say(f"{len(found)} of {total} sessions")


def _line(session: SessionRead) -> str:
    began = f"{session.created_at:%Y-%m-%d %H:%M:%S}"
    return f"{session.id}  {began}  {session.status.value:<10} {session.account}  {session.stop_reason or ''}".rstrip()
