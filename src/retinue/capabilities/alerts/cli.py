"""`retinue alerts`: what is wrong, and who is told. `test` comes from the workflow that sends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say, typed

if TYPE_CHECKING:
    from retinue.capabilities.alerts.schemas import AlertRead, ChannelRead

app = typer.Typer(help="What is wrong, and who is told.", no_args_is_help=True)
channels = typer.Typer(help="Where alerts are sent.", no_args_is_help=True)
app.add_typer(channels, name="channels")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AlertId = Annotated[int, typer.Argument(metavar="ALERT", help="The alert's number.")]
ChannelId = Annotated[int, typer.Argument(metavar="CHANNEL", help="The channel's number.")]


@app.command("list")
def list_alerts(
    context: typer.Context,
    with_resolved: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """
    List what is wrong, the newest first.

    Example: retinue alerts list --json
    """
    from retinue.capabilities.alerts import service
    from retinue.capabilities.alerts.models import AlertState
    from retinue.capabilities.alerts.schemas import AlertFilter, AlertRead

    lasting = (AlertState.open, AlertState.acknowledged)
    wanted = AlertFilter(states=() if with_resolved else lasting)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        rows = service.page(db, wanted, limit=limit)
        found = [AlertRead.model_validate(row) for row in rows]
    if as_json:
        emit_json([alert.model_dump(mode="json") for alert in found])
        return
    for alert in found:
        _print_alert(alert)
    say(f"{len(found)} alerts")


@app.command()
def acknowledge(context: typer.Context, alert: AlertId, as_json: Json = False) -> None:
    """
    Say that somebody has seen it.

    Example: retinue alerts acknowledge 3
    """
    from retinue.capabilities.alerts import service
    from retinue.capabilities.alerts.schemas import AlertRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        changed = service.acknowledge(db, alert, actor=ACTOR, now=runtime.clock.now())
        read = AlertRead.model_validate(changed)
    if as_json:
        emit_json(read.model_dump(mode="json"))
        return
    _print_alert(read)


@channels.command("list")
def list_channels(context: typer.Context, as_json: Json = False) -> None:
    """
    List where alerts are sent, without the URLs.

    Example: retinue alerts channels list
    """
    from retinue.capabilities.alerts import service
    from retinue.capabilities.alerts.schemas import ChannelRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = [ChannelRead.model_validate(row) for row in service.all_channels(db)]
    if as_json:
        emit_json([channel.model_dump(mode="json") for channel in found])
        return
    for channel in found:
        _print_channel(channel)
    say(f"{len(found)} channels")


@channels.command("add")
def add_channel(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it.")],
    min_severity: Annotated[str, typer.Option(help="info, warning or critical.")] = "warning",
    as_json: Json = False,
) -> None:
    """
    Send alerts to an Apprise URL. It is asked for, or read from standard input: an argument would be seen by others.

    Example: echo "$URL" | retinue alerts channels add operations --min-severity critical
    """
    from retinue.capabilities.alerts import service
    from retinue.capabilities.alerts.schemas import ChannelCreate, ChannelRead, Editor

    url = _typed_url()
    wanted = typed(ChannelCreate, name=name, url=url, min_severity=min_severity)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        added = service.add_channel(
            db,
            runtime.sealer,
            wanted,
            by=Editor(ACTOR, runtime.configuration.live_networks),
            now=runtime.clock.now(),
        )
        read = ChannelRead.model_validate(added)
    if as_json:
        emit_json(read.model_dump(mode="json"))
        return
    _print_channel(read)


@channels.command("remove")
def remove_channel(context: typer.Context, channel: ChannelId) -> None:
    """
    Send nothing there any more.

    Example: retinue alerts channels remove 2
    """
    from retinue.capabilities.alerts import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        service.remove_channel(db, channel, actor=ACTOR, now=runtime.clock.now())
    say(f"Channel {channel} is removed.")


def _typed_url() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("Apprise URL", hide_input=True, err=True))


def _print_alert(alert: AlertRead) -> None:
    seen = f" ({alert.times} times)" if alert.times > 1 else ""
    head = f"{alert.id:>6}  {alert.severity.value:<8} {alert.state.value:<12}"
    print(f"{head} {alert.kind.value:<16} {alert.message}{seen}")


def _print_channel(channel: ChannelRead) -> None:
    state = "on" if channel.enabled else "off"
    trouble = f"  last: {channel.last_error}" if channel.last_error else ""
    head = f"{channel.id:>6}  {channel.name:<24} {channel.service:<8}"
    print(f"{head} {channel.min_severity.value:<8} {state}{trouble}")
