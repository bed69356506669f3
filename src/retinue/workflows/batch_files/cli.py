"""`retinue batches create`: the same file as over the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say, typed

if TYPE_CHECKING:
    from retinue.workflows.batch_files.schemas import FileReport, RowError

_SHOWN = 20


def create(
    *,
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="Such as lookup_profile.")],
    file: Annotated[Path, typer.Option("--csv", help="CSV, UTF-8.", exists=True, dir_okay=False)],
    account: Annotated[
        list[str] | None, typer.Option("--account", help="Who follows; may be repeated.")
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="The file names own accounts, to be followed.")
    ] = False,
    per_account_max: Annotated[
        int, typer.Option("--per-account-max", help="How many each account follows at most.")
    ] = 50,
    name: Annotated[str | None, typer.Option("--name", help="What the batch is called.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what there would be.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Put what a CSV file asks for into the queue, all of it or nothing.

    Example: retinue batches create follow --csv people.csv --account ava --per-account-max 20 --dry-run
    """
    from retinue.capabilities.tasks.models import TaskType
    from retinue.workflows.batch_files import service
    from retinue.workflows.batch_files.errors import RowsUnusable
    from retinue.workflows.batch_files.schemas import FileOptions
    from retinue.workflows.batch_files.schemas import RowError as Shown

    if kind not in set(TaskType):
        raise typer.BadParameter(f"choose one of {', '.join(TaskType)}", param_hint="TYPE")
    wanted = typed(
        FileOptions,
        type=TaskType(kind),
        accounts=account or [],
        internal=internal,
        per_account_max=per_account_max,
        name=name,
        dry_run=dry_run,
    )
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        try:
            report = service.order(runtime, file.read_bytes(), wanted, actor=ACTOR)
        except RowsUnusable as refused:
            if as_json:
                emit_json({"errors": refused.facts["errors"]})
            else:
                _print_errors([Shown(**one) for one in refused.facts["errors"]])
            raise typer.Exit(Exit.failed) from None
    _print(report, as_json=as_json)
    if report.errors:
        raise typer.Exit(Exit.failed)


def _print(report: FileReport, *, as_json: bool) -> None:
    if as_json:
        emit_json(report.model_dump(mode="json"))
        return
    _print_errors(report.errors)
    for one in report.batches:
        print(f"{one.id or 'would be':<36}  {one.size:>5} tasks  {one.name}")
    for column in report.ignored_columns:
        say(f"column {column}: not known, ignored")
    if report.follow is not None:
        for why, number in report.follow.left_out.items():
            say(f"left out: {number} {why}")
    say(f"{report.rows} rows, {report.tasks} tasks, {len(report.errors)} errors")


def _print_errors(errors: list[RowError]) -> None:
    for one in errors[:_SHOWN]:
        place = f"line {one.line}" + (f", {one.column}" if one.column else "")
        print(f"{place}: {one.reason}; {one.fix}")
    if len(errors) > _SHOWN:
        say(f"... and {len(errors) - _SHOWN} more; --json shows them.")
