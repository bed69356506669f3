"""`retinue accounts import`: the same import as over the API, waited for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import (
    ACTOR,
    CommandContext,
    Exit,
    ask_secret,
    emit_json,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from retinue.capabilities.accounts.schemas import ImportReport, ImportRowRead
    from retinue.workflows.account_import.running import OnProgress

_SHOWN_PROBLEMS = 20


def import_file(
    *,
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, UTF-8, at most 10 MB; or what `export-secrets` has written.",
            exists=True,
            dir_okay=False,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and do nothing.")
    ] = False,
    mode: Annotated[
        str, typer.Option(help="all_or_nothing, or valid_rows to import what is right.")
    ] = "all_or_nothing",
    passphrase_fd: Annotated[
        int | None,
        typer.Option(help="Read a sealed file's passphrase from this file descriptor.", min=0),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Add and update accounts from a CSV file; the same file twice changes nothing.

    Exits 5 where some rows were imported and others refused, 1 where all were.

    Example: retinue accounts import accounts.csv --dry-run
    """
    from retinue.capabilities.accounts.errors import RowsRefused
    from retinue.capabilities.accounts.schemas import ImportMode, Upload
    from retinue.workflows.account_import import service

    try:
        wanted = ImportMode(mode)
    except ValueError:
        raise typer.BadParameter("choose all_or_nothing or valid_rows") from None
    content = _opened(file.read_bytes(), passphrase_fd)
    upload = Upload(content, mode=wanted, is_dry_run=dry_run, actor=ACTOR)
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        if dry_run:
            report = service.rehearse(runtime, upload)
        else:
            try:
                report = _with_progress(
                    lambda tell: service.import_now(runtime, upload, on_progress=tell)
                )
            except RowsRefused as refused:
                with runtime.database.reading() as db:
                    report = service.report_of(db, str(refused.facts["import_id"]))
    _print(report, as_json=as_json)
    errors = report.counts.get("error", 0)
    if errors:
        is_partial = report.state == "completed" and errors < report.counts["rows"]
        raise typer.Exit(Exit.partial if is_partial else Exit.failed)


def _opened(content: bytes, passphrase_fd: int | None) -> bytes:
    """
    Raises:
        Invalid: it is sealed, and does not open with that passphrase.
    """
    from retinue.foundation import passphrase_file
    from retinue.foundation.errors import Invalid

    if not passphrase_file.is_sealed(content):
        return content
    passphrase = ask_secret("Passphrase", fd=passphrase_fd)
    try:
        return passphrase_file.unseal(content, passphrase)
    except passphrase_file.NotOpened as error:
        raise Invalid.field("file", f"does not open: {error}") from error


def _with_progress(work: Callable[[OnProgress], ImportReport]) -> ImportReport:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Importing", total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def _print(report: ImportReport, *, as_json: bool) -> None:
    if as_json:
        emit_json(report.model_dump(mode="json"))
        return
    wrong = [row for row in report.rows or () if row.outcome == "error"]
    for row in wrong[:_SHOWN_PROBLEMS]:
        print(_sentence(row))
    if len(wrong) > _SHOWN_PROBLEMS:
        say(f"... and {len(wrong) - _SHOWN_PROBLEMS} more; --json shows them.")
    for name in report.ignored_columns:
        say(f"column {name}: not known, ignored")
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
    say(
        f"{'Would be' if report.dry_run else report.state}: {counts}"
        + (f". {report.error}" if report.error else "")
    )


def _sentence(row: ImportRowRead) -> str:
    place = f"line {row.line}" + (f", {row.column}" if row.column else "")
    return f"{place}: {row.reason}; {row.fix}"
