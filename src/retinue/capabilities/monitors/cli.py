"""`retinue monitors`: whose public numbers are watched, and what was read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retinue.capabilities.monitors.schemas import Change
    from retinue.capabilities.monitors.schemas.wire import MonitorRead

app = typer.Typer(help="Whose public numbers are watched.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Monitors = Annotated[list[int], typer.Argument(metavar="MONITOR...", help="Their numbers.")]


@app.command("list")
def list_monitors(
    context: typer.Context,
    with_stopped: Annotated[bool, typer.Option("--all", help="Stopped ones too.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="Only with old numbers.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """
    List monitors with their last numbers, the newest first.

    Example: retinue monitors list --stale
    """
    from retinue.capabilities.monitors import service
    from retinue.capabilities.monitors.models import MonitorStatus
    from retinue.capabilities.monitors.schemas import MonitorFilter

    wanted = MonitorFilter(
        statuses=tuple(MonitorStatus) if with_stopped else (), stale=stale or None
    )
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        now = runtime.clock.now()
        rows = service.page(db, wanted, now=now, limit=limit)
        found = [service.read(row, now=now) for row in rows]
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        print(_line(one))
    say(f"{len(found)} monitors")


@app.command()
def create(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="A user name, or a post's URL or shortcode.")],
    every: Annotated[str, typer.Option(help="30s, 30m, 1h, 1d or 7d.")] = "1h",
    post: Annotated[bool, typer.Option("--post", help="It is a post.")] = False,
    as_json: Json = False,
) -> None:
    """
    Watch a person or a post. What leads to a post by its URL needs no --post.

    Example: retinue monitors create instagram --every 1h
    """
    from retinue.capabilities.monitors import service
    from retinue.capabilities.monitors.models import MonitorKind

    kind = MonitorKind.post if post or "/" in subject else MonitorKind.influencer
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        now = runtime.clock.now()
        wanted = service.subject_of(kind, subject, runtime)
        seconds = service.seconds_of(every)
        row = service.create(db, wanted, interval_seconds=seconds, actor=ACTOR, now=now)
        made = service.read(row, now=now)
    if as_json:
        emit_json(made.model_dump(mode="json"))
    else:
        print(_line(made))


@app.command()
def pause(context: typer.Context, monitors: Monitors, as_json: Json = False) -> None:
    """
    Fetch nothing more for these until they are resumed.

    Example: retinue monitors pause 3 4
    """
    from retinue.capabilities.monitors import service

    _act(context, monitors, service.pause_many, as_json=as_json)


@app.command()
def resume(context: typer.Context, monitors: Monitors, as_json: Json = False) -> None:
    """
    Go on with these; they are read within a minute.

    Example: retinue monitors resume 3 4
    """
    from retinue.capabilities.monitors import service

    _act(context, monitors, service.resume_many, as_json=as_json)


@app.command()
def stop(context: typer.Context, monitors: Monitors, as_json: Json = False) -> None:
    """
    End these. Their history stays; creating the subject again brings them back.

    Example: retinue monitors stop 3
    """
    from retinue.capabilities.monitors import service

    _act(context, monitors, service.stop_many, as_json=as_json)


@app.command()
def history(
    context: typer.Context,
    monitor: Annotated[int, typer.Argument(help="The monitor's number.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many readings.")] = 100,
    chart: Annotated[bool, typer.Option("--svg", help="A chart instead of CSV.")] = False,
    metric: Annotated[str | None, typer.Option(help="Which count the chart shows.")] = None,
) -> None:
    """
    Write what a monitor has read as CSV, the newest first; or one count of it as SVG.

    Example: retinue monitors history 3 --svg > followers.svg
    """
    from retinue.capabilities.monitors import service
    from retinue.capabilities.monitors.schemas import Span

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = service.history_of(db, monitor, now=runtime.clock.now(), span=Span(limit))
        shown = service.check_metric(found.kind, metric)
    if chart:
        sys.stdout.write(service.drawing.as_svg(found, shown))
        return
    for piece in service.drawing.as_csv(found):
        sys.stdout.write(piece)


@app.command()
def spend(context: typer.Context, as_json: Json = False) -> None:
    """
    Say what reading costs this month.

    Example: retinue monitors spend
    """
    from retinue.capabilities.monitors import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = service.budget(db, now=runtime.clock.now())
    if as_json:
        sources = {
            name: {"calls": calls, "cost": float(cost)}
            for name, (calls, cost) in found.by_source.items()
        }
        told = {
            "month": found.month,
            "limit": None if found.limit is None else float(found.limit),
            "spent": float(found.spent),
            "calls": found.calls,
            "projected": float(found.projected),
            "is_spent": found.is_spent,
            "sources": sources,
        }
        emit_json(told)
        return
    limit = "no limit" if found.limit is None else f"of {found.limit:.2f} dollars"
    print(f"{found.month}: {found.spent:.2f} {limit}, {found.calls} calls")
    print(f"By the end of the month: {found.projected:.2f} dollars, if all goes on as it is")
    if found.is_spent:
        say("The budget is spent: nothing more is read this month.")


def _act(
    context: typer.Context, ids: Sequence[int], act: Callable[..., list[Change]], *, as_json: bool
) -> None:
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        changes = act(db, ids, actor=ACTOR, now=runtime.clock.now())
    if as_json:
        emit_json([{"id": one.id, "outcome": one.outcome, "status": one.status} for one in changes])
    else:
        for one in changes:
            print(f"{one.id:>6}  {one.outcome:<10} {one.reason or one.status or ''}")
    wrong = [one for one in changes if one.outcome in {"refused", "not_found"}]
    if wrong:
        raise typer.Exit(Exit.partial if len(wrong) < len(changes) else Exit.conflict)


def _line(one: MonitorRead) -> str:
    counts = ", ".join(
        f"{name.removesuffix('_count')} {'?' if value is None else f'{value:,}'}"
        for name, value in one.counts.items()
    )
    state = one.status.value if one.status.value != "active" else one.freshness
    return f"{one.id:>6}  {one.subject:<30} {one.interval:<4} {state:<8} {counts}"
