"""`retinue attempts`: acts whose outcome nobody knows, and all others."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say, typed

if TYPE_CHECKING:
    from retinue.capabilities.ledger.schemas.attempts import AttemptRead

app = typer.Typer(help="What was promised, and what came of it.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class State(StrEnum):
    intent = "intent"
    confirmed = "confirmed"
    refused = "refused"
    unknown = "unknown"
    absent = "absent"
    any = "any"


class Verdict(StrEnum):
    confirmed = "confirmed"
    absent = "absent"


@app.command("list")
def list_attempts(
    context: typer.Context,
    state: Annotated[State, typer.Option(help="Which ones.")] = State.unknown,
    account: Annotated[str | None, typer.Option(help="Login or account number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """
    List attempts, the newest first; those whose outcome is unknown unless told otherwise.

    Example: retinue attempts list --json
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.ledger import service
    from retinue.capabilities.ledger.models import AttemptState
    from retinue.capabilities.ledger.schemas import AttemptFilter
    from retinue.capabilities.ledger.schemas.attempts import AttemptRead

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        wanted = AttemptFilter(
            state=None if state is State.any else AttemptState(state.value),
            account_id=accounts.find(db, account).id if account else None,
        )
        rows = service.list_attempts(db, wanted, limit=limit)
    found = [AttemptRead.model_validate(row) for row in rows]
    if as_json:
        emit_json([attempt.model_dump(mode="json") for attempt in found])
        return
    for attempt in found:
        print(_line(attempt))
    say(f"{len(found)} attempts")


@app.command()
def settle(
    context: typer.Context,
    attempt: Annotated[str, typer.Argument(metavar="ATTEMPT", help="The attempt's id.")],
    outcome: Annotated[Verdict, typer.Argument(help="What became of it.")],
    evidence: Annotated[str, typer.Option(help="Where and how you have seen it; it is kept.")],
    as_json: Json = False,
) -> None:
    """
    Say what became of an act whose outcome is unknown. `absent` lets the person be engaged again.

    Example: retinue attempts settle 0192... confirmed --evidence "the like is there"
    """
    from retinue.capabilities.ledger import service
    from retinue.capabilities.ledger.models import AttemptState
    from retinue.capabilities.ledger.schemas import Outcome, SettledBy
    from retinue.capabilities.ledger.schemas.attempts import AttemptRead, SettleRequest
    from retinue.foundation.redaction import redact

    wanted = typed(SettleRequest, outcome=outcome.value, evidence=evidence)
    said = Outcome(
        AttemptState(wanted.outcome),
        settled_by=SettledBy.operator,
        evidence={"operator": redact(wanted.evidence), "by": ACTOR},
    )
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        service.resolve(db, attempt, said, actor=ACTOR, now=runtime.clock.now())
        read = AttemptRead.model_validate(service.find_attempt(db, attempt))
    if as_json:
        emit_json(read.model_dump(mode="json"))
    else:
        say(f"Attempt {read.id} is {read.state.value}.")


def _line(attempt: AttemptRead) -> str:
    began = f"{attempt.started_at:%Y-%m-%d %H:%M:%S}"
    looked = f"  looked for {attempt.probes} times" if attempt.probes else ""
    return (
        f"{attempt.id}  {began}  {attempt.state.value:<9} {attempt.account}: "
        f"{attempt.action} @{attempt.target_username}{looked}"
    )
