"""The story of an import. The `with` blocks are the transaction edges."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.errors import FileTooLarge, RowsRefused
from retinue.capabilities.accounts.models import ImportState
from retinue.capabilities.accounts.schemas import (
    CheckedFile,
    ImportReport,
    Upload,
)
from retinue.capabilities.accounts.service import importing
from retinue.foundation.errors import Problem
from retinue.foundation.jobs import service as jobs
from retinue.foundation.leases import service as leases
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import.running import LEASE, OnProgress, Run

JOB = "accounts.import"
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_AT_ONCE = 1024 * 1024
"""Above this the answer does not wait for the import."""

_SHOWN_ROWS = 1000


def receive(runtime: Runtime, upload: Upload) -> ImportReport:
    """
    A file from the API. Small ones are finished when this returns, large ones are `waiting`.

    Raises:
        FileTooLarge: it is above 10 MB.
        FileUnreadable: it is not a CSV file of accounts. Nothing is stored.
        RowsRefused: small, all_or_nothing, and some rows are wrong.
    """
    _check_size(upload.content)
    importing.check_header(upload.content)
    is_small = len(upload.content) <= LARGEST_AT_ONCE
    if is_small and upload.is_dry_run:
        return rehearse(runtime, upload)
    if is_small:
        return import_now(runtime, upload)
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        record = importing.begin(db, runtime.sealer, upload, now=now)
        jobs.defer(db, JOB, {"import_id": record.id}, now=now)
    return importing.report_of(record)


def rehearse(runtime: Runtime, upload: Upload) -> ImportReport:
    """
    What the file would do, row by row. Nothing is written, not even that it was asked.

    Raises:
        FileTooLarge: it is above 10 MB.
        FileUnreadable: it is not a CSV file of accounts.
    """
    _check_size(upload.content)
    checked = importing.check_file(upload.content, runtime.sealer)
    verdicts = list(checked.errors)
    for chunk in checked.rows.pieces():
        with runtime.database.reading() as db:
            verdicts += importing.judge(db, chunk).verdicts
    verdicts.sort(key=lambda verdict: verdict.line)
    counts = {**importing.counts_of(checked), **Counter(str(found.outcome) for found in verdicts)}
    return ImportReport(
        import_id=None,
        state=ImportState.completed,
        mode=upload.mode,
        dry_run=True,
        progress=100,
        counts=counts,
        ignored_columns=checked.ignored_columns,
        rows=[row for found in verdicts for row in importing.shown(found)],
    )


def import_now(
    runtime: Runtime, upload: Upload, *, on_progress: OnProgress | None = None
) -> ImportReport:
    """
    Import a file and wait for it. Should this process die, a job finishes what was begun.

    Raises:
        FileTooLarge: it is above 10 MB.
        FileUnreadable: it is not a CSV file of accounts. Nothing is stored.
        RowsRefused: all_or_nothing, and some rows are wrong. Nothing is imported.
    """
    _check_size(upload.content)
    checked = importing.check_file(upload.content, runtime.sealer)
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        record = importing.begin(db, runtime.sealer, upload, now=now)
        jobs.defer(db, JOB, {"import_id": record.id}, now=now, due_at=now + 2 * LEASE)
    run(runtime, record.id, checked=checked, on_progress=on_progress)
    with runtime.database.reading() as db:
        report = report_of(db, record.id)
    if report.state is ImportState.failed:
        raise _rows_refused(report)
    return report


def run(
    runtime: Runtime,
    import_id: str,
    *,
    checked: CheckedFile | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """
    Bring an import to its end, from wherever it stands. A finished one is left alone.

    Raises:
        LeaseHeld: another process is at it.
    """
    with runtime.database.writing() as db:
        record = importing.get(db, import_id)
        if record.finished_at is not None:
            return
        lease = leases.acquire(
            db,
            f"import:{import_id}",
            holder=f"{runtime.incarnation}:{new_id()}",
            ttl=LEASE,
            now=runtime.clock.now(),
        )
        if not record.is_checked:
            importing.forget_rows(db, record)
    try:
        Run(runtime, import_id, lease, on_progress).to_the_end(record, checked)
    finally:
        with runtime.database.writing() as db:
            leases.release(db, lease)


def report_of(db: Session, import_id: str) -> ImportReport:
    """
    How an import stands, with the first of its rows.

    Raises:
        ImportNotFound: there is none of this id.
    """
    record = importing.get(db, import_id)
    rows = importing.page_of_rows(db, import_id, after=0, limit=_SHOWN_ROWS)
    return importing.report_of(record, rows=rows)


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise FileTooLarge("file: it is larger than 10 MB; split it.")


def _rows_refused(report: ImportReport) -> RowsRefused:
    problems = [
        Problem(("body", "file", row.line, row.column or "row"), f"{row.reason}; {row.fix}")
        for row in report.rows or ()
    ]
    return RowsRefused(
        report.error or "The file was refused.",
        problems=problems,
        import_id=report.import_id,
        counts=report.counts,
        failed_rows=f"/api/accounts/imports/{report.import_id}/failed-rows.csv",
    )
