"""`retinue batches`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.tasks.schemas import BatchRead

app = typer.Typer(help="Batches: up to a thousand tasks at once.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="The batch's id.")]


@app.command("list")
def list_batches(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """
    List batches, the newest first.

    Example: retinue batches list
    """
    from retinue.capabilities.tasks import service
    from retinue.capabilities.tasks.schemas import BatchFilter

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        rows = service.batches(db, BatchFilter(), limit=limit)
        found = service.read_batches(db, rows, with_chunks=False)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        print(_batch_line(one))
    say(f"{len(found)} batches")


@app.command("show")
def show_batch(
    context: typer.Context,
    batch: BatchId,
    watch: Annotated[bool, typer.Option("--watch", help="Until it is over.")] = False,
    as_json: Json = False,
) -> None:
    """
    Show one batch, chunk by chunk.

    Example: retinue batches show 0190c2a4-... --watch
    """
    from retinue.capabilities.tasks import service
    from retinue.capabilities.tasks.cli import watching

    commands: CommandContext = context.obj
    with commands.open() as runtime:

        def read() -> BatchRead:
            with runtime.database.reading() as db:
                return service.read_batches(db, [service.batch(db, batch)], with_chunks=True)[0]

        if watch and not as_json:
            watching.follow_batch(read, runtime.clock)
        found = read()
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    print(_batch_line(found))
    for chunk in found.chunks:
        counts = ", ".join(f"{n} {name}" for name, n in chunk.counts.model_dump().items() if n)
        print(f"  chunk {chunk.chunk + 1:>2}  {chunk.progress:>3} %  {counts}")


@app.command("cancel")
def cancel_batch(context: typer.Context, batch: BatchId, as_json: Json = False) -> None:
    """
    End what waits of a batch, and ask what runs to end.

    Example: retinue batches cancel 0190c2a4-...
    """
    from retinue.capabilities.tasks import service

    _act_on_batch(context, batch, service.cancel_batch, as_json=as_json)


@app.command("retry-failed")
def retry_failed(context: typer.Context, batch: BatchId, as_json: Json = False) -> None:
    """
    Let everything of a batch that has failed begin again.

    Example: retinue batches retry-failed 0190c2a4-...
    """
    from retinue.capabilities.tasks import service

    _act_on_batch(context, batch, service.retry_failed, as_json=as_json)


@app.command()
def results(
    context: typer.Context,
    batch: BatchId,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; else stdout.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Write the results of a batch as CSV, or as JSON.

    Example: retinue batches results 0190c2a4-... -o results.csv
    """
    from retinue.capabilities.tasks import service
    from retinue.kit.csv_out import rows_as_csv

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = [service.read(row) for row in service.results(db, service.batch(db, batch).id)]
        names = service.result_names(db, batch)
    if as_json:
        pieces: Iterator[str] = iter(
            [json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False)]
        )
    else:
        cells = (row for one in found for row in service.result_rows(one, names))
        pieces = rows_as_csv(service.result_header(names), cells)
    if output is None:
        print("".join(pieces), end="")
    else:
        output.write_text("".join(pieces), encoding="utf-8", newline="")
        say(f"{len(found)} tasks written to {output}.")


def _act_on_batch(
    context: typer.Context, batch: str, verb: Callable[..., Any], *, as_json: bool
) -> None:
    from retinue.capabilities.tasks import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        row = verb(db, batch, actor=ACTOR, now=runtime.clock.now())
        found = service.read_batches(db, [row], with_chunks=True)[0]
    if as_json:
        emit_json(found.model_dump(mode="json"))
    else:
        print(_batch_line(found))


def _batch_line(batch: BatchRead) -> str:
    counts = ", ".join(f"{n} {name}" for name, n in batch.counts.model_dump().items() if n)
    name = f" {batch.name}" if batch.name else ""
    return f"{batch.id}  {batch.type.value:<16}{name}  {batch.progress:>3} %  {counts}"
