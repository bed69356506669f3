"""`retinue metrics` and `retinue sources`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import CommandContext, emit_json, say

if TYPE_CHECKING:
    from retinue.workflows.metrics.schemas import Figures, Metrics

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def metrics(context: typer.Context, as_json: Json = False) -> None:
    """
    Show what was done, how it went, and how the accounts stand.

    Example: retinue metrics --json
    """
    from retinue.workflows.metrics import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = service.read(db, accounts=None, now=runtime.clock.now())
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    for line in _lines(found):
        print(line)


def sources(
    context: typer.Context,
    days: Annotated[
        int, typer.Option(min=1, max=365, help="Within how many days people follow back.")
    ] = 14,
    account: Annotated[str | None, typer.Option(help="Login or account number.")] = None,
    as_json: Json = False,
) -> None:
    """
    Show which sources lead to people who follow back, the surest first.

    Example: retinue sources --days 7
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.ledger import service as ledger

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        only = None if account is None else {accounts.find(db, account).id}
        board = ledger.scoreboard(db, accounts=only, days=days)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in board])
        return
    for one in board:
        share = f"{one.rate:.0%} ({one.low:.0%} to {one.high:.0%})"
        print(f"{one.source}  {one.followed_back} of {one.contacted} followed back, {share}")
    say(f"{len(board)} sources")


def _lines(found: Metrics) -> list[str]:
    unknowns = found.open_unknowns.count
    states = ", ".join(f"{number} {state}" for state, number in found.accounts.by_state.items())
    return [
        _figures("24 hours", found.last_24h),
        _figures("7 days", found.last_7d),
        *(f"{one.action}: {one.used} of {one.limit} today" for one in found.limits_today),
        f"accounts: {found.accounts.total} ({states}; {found.accounts.paused} paused)",
        f"sessions: {found.sessions.running} running",
        f"unknown outcomes: {unknowns}",
    ]


def _figures(name: str, figures: Figures) -> str:
    rate = "none known" if figures.success_rate is None else f"{figures.success_rate:.1%}"
    return f"{name}: {figures.total} events, success {rate}, {figures.dedupe_hits} dedupe hits"
