"""`retinue warmup`: accounts on their way through the five phases, and the bots that lead them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from retinue.capabilities.warmup.models import Phase
    from retinue.capabilities.warmup.schemas import PipelineRow
    from retinue.foundation.runtime import Runtime

app = typer.Typer(help="Accounts on their way through the five phases.", no_args_is_help=True)
bots = typer.Typer(help="The programs that perform phases.", no_args_is_help=True)
app.add_typer(bots, name="bots")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Account = Annotated[str, typer.Argument(help="A login or an account number.")]
PhaseName = Annotated[
    str, typer.Argument(metavar="PHASE", help="pfp, bio, post, highlight or story.")
]


@app.command("status")
def show_status(
    context: typer.Context,
    account: Annotated[
        str | None, typer.Argument(help="A login or an account number; all accounts without it.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """
    Show which phase each account is in, and what it waits for.

    Example: retinue warmup status WACC001
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.warmup import service
    from retinue.capabilities.warmup.schemas import PipelineFilter

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        now = runtime.clock.now()
        if account is not None:
            found = accounts.find(db, account)
            rows = [service.pipeline_row(db, found.id, now=now)]
        else:
            rows = service.pipeline(db, PipelineFilter(), now=now, limit=limit)
    if as_json:
        shown = [row.model_dump(mode="json") for row in rows]
        emit_json(shown[0] if account is not None else shown)
        return
    for row in rows:
        print(_line(row))
        if account is not None:
            _print_phases(row)
    if account is None:
        say(f"{len(rows)} accounts")


@app.command()
def start(
    context: typer.Context,
    accounts: Annotated[
        list[str], typer.Argument(metavar="ACCOUNT...", help="Logins or account numbers.")
    ],
    as_json: Json = False,
) -> None:
    """
    Begin the warm-up of accounts that are ready; bots find them from then on.

    Example: retinue warmup start WACC001 WACC002
    """
    from retinue.capabilities.warmup import service

    def begin(db: Session, runtime: Runtime, account_id: int) -> None:
        service.start(db, account_id, actor=ACTOR, now=runtime.clock.now())

    _act(context, accounts, begin, as_json=as_json)


@app.command()
def retry(
    context: typer.Context,
    account: Account,
    phase: PhaseName,
    note: Annotated[str | None, typer.Option(help="Why; the audit log keeps it.")] = None,
    as_json: Json = False,
) -> None:
    """
    Make a phase available again at once, with all its tries.

    Example: retinue warmup retry WACC001 post
    """
    from retinue.capabilities.warmup import service
    from retinue.capabilities.warmup.schemas import Asked

    wanted = _phase(phase)

    def again(db: Session, runtime: Runtime, account_id: int) -> None:
        asked = Asked(account_id, wanted, ACTOR, note)
        service.retry(db, asked, now=runtime.clock.now())

    _act(context, [account], again, as_json=as_json)


@app.command()
def skip(
    context: typer.Context,
    account: Account,
    phase: PhaseName,
    note: Annotated[str, typer.Option(help="Why; the audit log keeps it.")],
    as_json: Json = False,
) -> None:
    """
    Leave a phase out: it counts as completed, and the next one gets its time.

    Example: retinue warmup skip WACC001 highlight --note "has one already"
    """
    from retinue.capabilities.warmup import service
    from retinue.capabilities.warmup.schemas import Asked

    wanted = _phase(phase)

    def leave_out(db: Session, runtime: Runtime, account_id: int) -> None:
        asked = Asked(account_id, wanted, ACTOR, note)
        service.skip(db, asked, rng=runtime.rng, now=runtime.clock.now())

    _act(context, [account], leave_out, as_json=as_json)


@bots.command("list")
def list_bots(
    context: typer.Context,
    revoked: Annotated[bool, typer.Option("--all", help="Revoked ones too.")] = False,
    as_json: Json = False,
) -> None:
    """
    List bots with what they have done and hold, the newest first.

    Example: retinue warmup bots list
    """
    from retinue.capabilities.warmup import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        now = runtime.clock.now()
        found = service.bot_list(db, now=now, limit=1000, with_revoked=revoked)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        seen = f"{one.last_seen_at:%Y-%m-%d %H:%M:%S}" if one.last_seen_at else "never seen"
        done = f"{one.phases_completed} phases, {one.calls} calls, {one.errors} errors"
        print(f"{one.name:<24} {seen:<19}  {done}, holds {len(one.holds)}")
    say(f"{len(found)} bots")


@bots.command("add")
def add_bot(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="How the audit log names it.")],
    account: Annotated[
        list[str] | None, typer.Option(help="Only these accounts; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Make a bot. Its token is shown this once; keep it where the bot finds it.

    Example: retinue warmup bots add bot-1
    """
    from retinue.capabilities.access import service as access
    from retinue.capabilities.access.schemas import Origin
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.warmup.schemas import BotCreate
    from retinue.foundation.cli import typed
    from retinue.foundation.http.principals import Scope

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        only = None if account is None else [accounts.find(db, one).id for one in account]
        wanted = typed(BotCreate, name=name, account_ids=only)
        issued = access.issue_token(
            db,
            wanted.as_token(),
            granted_by=frozenset(Scope),
            origin=Origin(ACTOR),
            now=runtime.clock.now(),
        )
    if as_json:
        emit_json({"id": issued.id, "name": name, "token": issued.token})
    else:
        print(issued.token)
        say("The token is shown this once. Hand it to the bot as RETINUE_BOT_TOKEN.")


def _act(
    context: typer.Context,
    names: list[str],
    order: Callable[[Session, Runtime, int], None],
    *,
    as_json: bool,
) -> None:
    """Each by itself: whoever holds the phases of one account must not wait for those of another."""
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.warmup import service

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            ids = [accounts.find(db, name).id for name in names]
        rows = []
        for account_id in ids:
            with runtime.database.writing() as db:
                order(db, runtime, account_id)
                rows.append(service.pipeline_row(db, account_id, now=runtime.clock.now()))
    if as_json:
        shown = [row.model_dump(mode="json") for row in rows]
        emit_json(shown[0] if len(shown) == 1 else shown)
        return
    for row in rows:
        print(_line(row))


def _phase(name: str) -> Phase:
    from retinue.capabilities.warmup.models import Phase as Known
    from retinue.foundation.errors import Invalid

    if name not in set(Known):
        raise Invalid.field("phase", f"there is no {name}; there are {', '.join(Known)}")
    return Known(name)


def _line(row: PipelineRow) -> str:
    where = "not begun" if not row.phases else "completed"
    if row.phase is not None:
        where = f"{row.phase} {row.status}"
    if row.next_available_at is not None:
        where += f" until {row.next_available_at:%Y-%m-%d %H:%M:%S}"
    if row.hold is not None:
        where += f"; on hold: {row.hold.reason}"
    if row.held_by is not None:
        where += f"; {row.held_by} has it"
    return f"{row.account_no:<16} {row.lifecycle:<10} {row.progress_percent:>3}%  {where}"


def _print_phases(row: PipelineRow) -> None:
    for one in row.phases:
        told = one.error_message or ""
        if one.skipped_by is not None:
            told = f"left out by {one.skipped_by}"
        at = one.completed_at or one.available_at
        when = f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
        print(f"  {one.phase:<10} {one.status:<16} {when:<19}  {told}".rstrip())
