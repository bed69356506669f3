"""`retinue config`: what is fixed at start, and where each value comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.entrypoints.cli import installation
from retinue.foundation.cli import CommandContext, emit_json, say

app = typer.Typer(
    help="What is fixed at start, and where each value comes from.", no_args_is_help=True
)


@app.command()
def show(
    context: typer.Context,
    origin: Annotated[
        bool, typer.Option("--origin", help="Say where each value comes from.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Show every value with its unit and its reason.

    Example: RETINUE_PORT=8080 retinue config show --origin
    """
    from retinue.foundation import clock_file, configuration_report
    from retinue.foundation.clock import SystemClock

    commands: CommandContext = context.obj
    configuration = installation.configured(commands.data_dir)
    values = configuration_report.explained(configuration)
    if as_json:
        emit_json([value.as_json() for value in values])
        return
    for value in values:
        unit = f" {value.unit}" if value.unit else ""
        source = f"   [{value.origin}]" if origin else ""
        print(f"{value.name} = {value.shown}{unit}{source}")
        print(f"    {value.reason}")
    anchor = clock_file.read(configuration.data_dir)
    if anchor is not None:
        shown = anchor.at(SystemClock().now())
        say(f"It is {shown:%Y-%m-%d %H:%M} here: time runs {anchor.factor:g} times as fast.")


@app.command()
def check(context: typer.Context) -> None:
    """
    Read the configuration and say whether it can be used.

    Example: RETINUE_PORT=nine retinue config check
    """
    from retinue.foundation import configuration_report

    commands: CommandContext = context.obj
    installation.configured(commands.data_dir)
    for line in configuration_report.unknown_variables():
        say(line)
    say("The configuration is usable.")
