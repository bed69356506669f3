"""`retinue proxies change` and what follows: accounts that go out another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say, typed
from retinue.workflows.proxy_watch.cli.proxies import Json, Number, app

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from retinue.capabilities.proxies.schemas import PlannedChangeRead
    from retinue.foundation.runtime import Runtime

ChangeNumber = Annotated[int, typer.Argument(metavar="CHANGE", help="Its number.", min=1)]
Reason = Annotated[str, typer.Option(help="Why; the audit log keeps it.")]


@app.command()
def change(
    *,
    context: typer.Context,
    proxy: Number,
    reason: Reason,
    to: Annotated[
        int | None, typer.Option(help="Where to; others of its pool unless given.", min=1)
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be repeated.")
    ] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Approve it at once, instead of in the inbox.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Propose that accounts of a proxy go out another way; each is moved while nothing works with it.

    Example: retinue proxies change 3 --to 4 --reason "the contract ends" --approve
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.proxies import service as proxies
    from retinue.capabilities.proxies.schemas import ChangePropose
    from retinue.workflows.proxy_watch import service

    def act(runtime: Runtime, db: Session) -> Any:
        ids = [accounts.find(db, name).id for name in account or ()]
        wanted = typed(ChangePropose, to_proxy_id=to, account_ids=ids or None, reason=reason)
        now = runtime.clock.now()
        made = service.plan(db, proxy, wanted, actor=ACTOR, now=now)
        if approve:
            proxies.decide(db, made.id, is_approved=True, actor=ACTOR, now=now, reason=reason)
        return made

    _tell(_change(context, act), as_json=as_json)


@app.command()
def changes(context: typer.Context, as_json: Json = False) -> None:
    """
    List planned changes, the newest first.

    Example: retinue proxies changes
    """
    from retinue.capabilities.proxies import service as proxies
    from retinue.capabilities.proxies.schemas import PlannedChangeRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = [PlannedChangeRead.model_validate(one) for one in proxies.changes(db, limit=1000)]
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        print(_change_line(one))
    say(f"{len(found)} changes")


@app.command()
def approve(context: typer.Context, change: ChangeNumber, as_json: Json = False) -> None:
    """
    Let a planned change be carried out.

    Example: retinue proxies approve 12
    """
    _tell(_change(context, _decision(change, is_approved=True)), as_json=as_json)


@app.command()
def refuse(context: typer.Context, change: ChangeNumber, as_json: Json = False) -> None:
    """
    Leave the accounts of a planned change where they are.

    Example: retinue proxies refuse 12
    """
    _tell(_change(context, _decision(change, is_approved=False)), as_json=as_json)


@app.command()
def policy(
    context: typer.Context,
    pool: Annotated[str, typer.Argument(help="The pool.")],
    value: Annotated[str, typer.Argument(metavar="POLICY", help="automatic or approval.")],
) -> None:
    """
    Say what happens to accounts of a proxy that is down, where its pool has others.

    Example: retinue proxies policy berlin automatic
    """
    from retinue.capabilities.proxies import service as proxies
    from retinue.capabilities.proxies.schemas import PoolChange

    wanted = typed(PoolChange, policy=value)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        proxies.set_policy(db, pool, wanted.policy, actor=ACTOR, now=runtime.clock.now())
    say(f"{pool}: {wanted.policy.value}")


def _decision(change_id: int, *, is_approved: bool) -> Callable[[Runtime, Session], Any]:
    from retinue.capabilities.proxies import service as proxies

    return lambda runtime, db: proxies.decide(
        db, change_id, is_approved=is_approved, actor=ACTOR, now=runtime.clock.now()
    )


def _change(context: typer.Context, act: Callable[[Runtime, Session], Any]) -> PlannedChangeRead:
    from retinue.capabilities.proxies.schemas import PlannedChangeRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        return PlannedChangeRead.model_validate(act(runtime, db))


def _tell(change: PlannedChangeRead, *, as_json: bool) -> None:
    if as_json:
        emit_json(change.model_dump(mode="json"))
    else:
        print(_change_line(change))


def _change_line(change: PlannedChangeRead) -> str:
    to = "its pool" if change.to_proxy_id is None else f"proxy {change.to_proxy_id}"
    note = f" ({change.note})" if change.note else ""
    return (
        f"{change.id:>6}  {change.state.value:<11}  proxy {change.from_proxy_id} -> {to}:"
        f" {change.moved} moved, {change.waiting} left{note}  {change.reason}"
    )
