"""`retinue demo`: the main job on a fresh Sandgram, with proof."""

from __future__ import annotations

from typing import Annotated

import typer

from retinue.foundation.cli import Exit, emit_json, say


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Run once, bounded, in a temporary directory.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    seconds: Annotated[
        float, typer.Option(min=5, max=600, help="How long the sessions may work, in seconds.")
    ] = 50.0,
) -> None:
    """
    Import accounts, run two sessions on the same people, and compare the ledger with Sandgram's oracle.

    Exit code 0 only if both agree and nobody was engaged twice.

    Example: retinue demo --once --json
    """
    if not once:
        say("This runs once and ends: say --once. For a demo that stays, `retinue up --demo`.")
        raise typer.Exit(Exit.usage)
    from retinue.entrypoints import demo_run

    result = demo_run.run(seconds=seconds, say=say)
    if as_json:
        emit_json(result.as_json())
    else:
        for name, value in result.as_json().items():
            print(f"{name.replace('_', ' '):<20} {value}")
    if not result.agrees:
        say("The ledger and the oracle do not agree, or somebody was engaged twice.")
        raise typer.Exit(Exit.failed)
