"""`retinue inbox`: what needs a person. `resolve` comes from the workflow that does what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.inbox.schemas import InboxItemRead

app = typer.Typer(help="What needs a person.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Item = Annotated[int, typer.Argument(metavar="ITEM", help="The item's number.")]


@app.command("list")
def list_items(
    context: typer.Context,
    with_closed: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """
    List what waits for a person, the newest first.

    Example: retinue inbox list --json
    """
    from retinue.capabilities.inbox import service
    from retinue.capabilities.inbox.models import WAITING
    from retinue.capabilities.inbox.schemas import InboxItemRead, ItemFilter

    wanted = ItemFilter(states=() if with_closed else WAITING)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        rows = service.page(db, wanted, limit=limit)
        found = [InboxItemRead.model_validate(row) for row in rows]
    if as_json:
        emit_json([item.model_dump(mode="json") for item in found])
        return
    for item in found:
        holder = f" ({item.claimed_by})" if item.claimed_by else ""
        print(f"{item.id:>6}  {item.kind.value:<16} {item.state.value}{holder}  {item.title}")
    say(f"{len(found)} items")


@app.command()
def show(context: typer.Context, item: Item, as_json: Json = False) -> None:
    """
    Show one item: what happened, what to do, and the choices there are.

    Example: retinue inbox show 12
    """
    from retinue.capabilities.inbox import service
    from retinue.capabilities.inbox.schemas import InboxItemRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = InboxItemRead.model_validate(service.get(db, item))
    print_item(found, as_json=as_json)


@app.command()
def claim(
    context: typer.Context,
    item: Item,
    release: Annotated[bool, typer.Option("--release", help="Give it back instead.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Even when somebody else has it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Take an item so that nobody else works on it.

    Example: retinue inbox claim 12
    """
    from retinue.capabilities.inbox import service
    from retinue.capabilities.inbox.schemas import Attendant, InboxItemRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found, now = service.get(db, item), runtime.clock.now()
        changed = (
            service.release(db, found, by=Attendant(ACTOR), now=now)
            if release
            else service.claim(db, found, by=Attendant(ACTOR), now=now, take_over=take_over)
        )
        read = InboxItemRead.model_validate(changed)
    print_item(read, as_json=as_json)


@app.command()
def assign(
    context: typer.Context,
    item: Item,
    operator: Annotated[
        str | None, typer.Argument(metavar="OPERATOR", help="Who; without it, anybody may.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Say who is to deal with an item.

    Example: retinue inbox assign 12 anna
    """
    from retinue.capabilities.access import service as access
    from retinue.capabilities.inbox import service
    from retinue.capabilities.inbox.schemas import Attendant, InboxItemRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found, now = service.get(db, item), runtime.clock.now()
        wanted = access.assignee(db, operator)
        changed = service.assign(db, found, wanted, by=Attendant(ACTOR), now=now)
        read = InboxItemRead.model_validate(changed)
    print_item(read, as_json=as_json)


def print_item(item: InboxItemRead, *, as_json: bool) -> None:
    if as_json:
        emit_json(item.model_dump(mode="json"))
        return
    holder = f" by {item.claimed_by}" if item.claimed_by else ""
    print(f"{item.id}  {item.kind.value}, {item.state.value}{holder}: {item.title}")
    if item.assigned_to:
        print(f"Assigned to {item.assigned_to}.")
    print(item.instructions)
    if item.link:
        print(f"Where: {item.link}")
    for evidence_id in item.evidence:
        print(f"Seen: /api/evidence/{evidence_id}/file")
    for name, value in item.details.items():
        print(f"  {name:<16} {value}")
    if item.resolution is not None:
        print(f"Resolved by {item.resolved_by}: {item.resolution}")
        return
    for choice in item.choices:
        print(f"  retinue inbox resolve {item.id} {choice.value}  # {choice.label}")
