"""`retinue content`: pictures and texts of the personas."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.content.schemas.bulk import Planned, Result
    from retinue.foundation.runtime import Runtime

app = typer.Typer(help="Pictures and texts of the personas.", no_args_is_help=True)

_Known = TypeVar("_Known", bound=StrEnum)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PersonaName = Annotated[str | None, typer.Option("--persona", help="The persona's name or id.")]
Category = Annotated[str | None, typer.Option(help="Of this category only.")]
HowMany = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


@app.command()
def add(
    context: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(help="A folder, or a zip archive.", exists=True)],
    persona: Annotated[str, typer.Option(help="The persona's name or id.")],
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="CSV with the columns file, category, title, tags, quality, max_usage, kind and text.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and do nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Take in the pictures of a folder, and the texts of its manifest.

    What was taken in stays, so that a command that broke off is simply given again. Exits 5 where some
    lines are wrong, 1 where all are.

    Example: retinue content add pictures/ --persona Ava --manifest m.csv --dry-run
    """
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        taken = _take(runtime, folder, persona, manifest, is_dry_run=dry_run)
    counts = Counter(result.outcome.value for _, result in taken)
    if as_json:
        emit_json({"dry_run": dry_run, "counts": counts, "rows": [_as_json(*one) for one in taken]})
    else:
        for row, result in taken:
            _print_row(row, result)
        told = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
        say(f"{'Would be' if dry_run else 'Done'}: {told or 'nothing'}")
    if counts["error"]:
        raise typer.Exit(Exit.failed if counts["error"] == len(taken) else Exit.partial)


def _take(
    runtime: Runtime, path: Path, persona: str, manifest: Path | None, *, is_dry_run: bool
) -> list[tuple[Planned, Result]]:
    from contextlib import nullcontext

    from retinue.capabilities.content import service
    from retinue.capabilities.content.service.intake import Intake, plan_of
    from retinue.capabilities.content.service.sources import Folder, open_archive
    from retinue.foundation.pictures import PictureBox

    with runtime.database.reading() as db:
        persona_id = service.persona_of(db, persona).id
    opened = nullcontext(Folder(path)) if path.is_dir() else open_archive(path)
    with opened as source, PictureBox() as box:
        given = None if manifest is None else manifest.read_bytes()
        plan = plan_of(source, given, persona_id=persona_id)
        intake = Intake(runtime, source, box, persona_id, ACTOR, is_dry_run)
        taken = [(row, intake.take(row)) for row in plan.rows]
    for name in plan.ignored_files:
        if manifest is None or Path(name).name != manifest.name:
            say(f"{name}: left out")
    return taken


@app.command("list")
def list_pictures(
    context: typer.Context,
    *,
    persona: PersonaName = None,
    category: Category = None,
    state: Annotated[
        str | None, typer.Option(help="available, resting, used_up or archived.")
    ] = None,
    limit: HowMany = 50,
    as_json: Json = False,
) -> None:
    """
    List pictures, the newest first.

    Example: retinue content list --persona Ava --state available
    """
    from retinue.capabilities.content import service
    from retinue.capabilities.content.schemas import ContentFilter, ContentState

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        wanted = ContentFilter(
            persona_id=None if persona is None else service.persona_of(db, persona).id,
            category=category,
            state=_one_of(ContentState, state),
        )
        found = service.read_items(db, service.items_page(db, wanted, limit=limit))
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        named = f" {one.title}" if one.title else ""
        times = f"{one.use_count}/{one.max_usage or 'any'}"
        print(
            f"{one.id}  {one.persona}  {one.category}  {one.state}  quality {one.quality}  used {times}{named}"
        )
    say(f"{len(found)} pictures")


@app.command()
def texts(
    context: typer.Context,
    *,
    persona: PersonaName = None,
    category: Category = None,
    kind: Annotated[str | None, typer.Option(help="bio, caption or title.")] = None,
    limit: HowMany = 50,
    as_json: Json = False,
) -> None:
    """
    List texts, the newest first.

    Example: retinue content texts --persona Ava --kind bio
    """
    from retinue.capabilities.content import service
    from retinue.capabilities.content.models import ContentKind
    from retinue.capabilities.content.schemas import ContentFilter

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        wanted = ContentFilter(
            persona_id=None if persona is None else service.persona_of(db, persona).id,
            category=category,
            kind=_one_of(ContentKind, kind),
        )
        found = service.read_texts(db, service.texts_page(db, wanted, limit=limit))
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        first = one.text.splitlines()[0][:60]
        print(f"{one.id}  {one.persona}  {one.kind}  {one.category}  {one.state}  {first}")
    say(f"{len(found)} texts")


@app.command()
def availability(
    context: typer.Context, persona: PersonaName = None, as_json: Json = False
) -> None:
    """
    Say what is left for whom, and when it runs out.

    Example: retinue content availability --persona Ava
    """
    from retinue.capabilities.content import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        persona_id = None if persona is None else service.persona_of(db, persona).id
        found = service.availability(db, now=runtime.clock.now(), persona_id=persona_id)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        waiting = f"; {one.accounts_waiting} accounts wait" if one.accounts_waiting else ""
        print(f"{one.summary}{waiting}{'' if one.is_enough else ': too few'}")


def _one_of(known: type[_Known], given: str | None) -> _Known | None:
    if given is None:
        return None
    try:
        return known(given)
    except ValueError:
        names = ", ".join(one.value for one in known)
        raise typer.BadParameter(f"choose one of {names}") from None


def _as_json(row: Planned, result: Result) -> dict[str, object]:
    return {
        "line": row.line,
        "file": row.file,
        "outcome": result.outcome.value,
        "content_id": result.content_id,
        "near_duplicates": list(result.near_duplicates),
        "column": result.column,
        "reason": result.reason,
    }


def _print_row(row: Planned, result: Result) -> None:
    place = row.file or (f"line {row.line}" if row.line else "a line")
    if result.reason:
        where = f" ({result.column})" if result.column and result.column != "file" else ""
        print(f"{place}{where}: {result.reason}")
    elif result.near_duplicates:
        near = ", ".join(str(one) for one in result.near_duplicates)
        print(f"{place}: {result.outcome.value}; looks nearly like {near}")
