"""The import as a record: its sealed text while it waits, its progress, its outcome."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import ImportNotFound
from retinue.capabilities.accounts.models import (
    AccountImport,
    AccountImportPart,
    AccountImportRow,
    ImportState,
)
from retinue.capabilities.accounts.schemas import (
    CheckedFile,
    ImportMode,
    ImportReport,
    ImportRowRead,
    RowProblem,
    RowVerdict,
    Upload,
)
from retinue.capabilities.audit import service as audit
from retinue.foundation.events import service as events
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer

_PART_CHARACTERS = 1_000_000
_TABLE = "account_import_parts"
_REVIVED_NAMED = 200
_NO_PROBLEM = (RowProblem(None, None, None),)


def begin(db: Session, sealer: Sealer, upload: Upload, *, now: datetime) -> AccountImport:
    """Take an upload in: the record, and its text sealed."""
    record = AccountImport(
        id=new_id(),
        file_digest=sealer.digest("account import", hashlib.sha256(upload.content).hexdigest()),
        mode=upload.mode.value,
        is_dry_run=upload.is_dry_run,
        state=ImportState.waiting,
        requested_by=upload.actor,
        counts={},
        created_at=now,
    )
    db.add(record)
    db.flush()
    for part, piece in enumerate(_pieces(upload.content)):
        blob = sealer.seal(piece, table=_TABLE, row=record.id, column=str(part))
        sealed = AccountImportPart(import_id=record.id, part=part, sealed=blob)
        db.add(sealed)
        db.flush()
        # Ten of these would be the file once more, in memory.
        db.expunge(sealed)
    return record


def _pieces(content: bytes) -> Iterator[str]:
    """The text, never all of it at once; without its mark, which was looked at when the header was read."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    while piece := text.read(_PART_CHARACTERS):
        yield piece


def get(db: Session, import_id: str) -> AccountImport:
    """
    Raises:
        ImportNotFound: there is none of this id.
    """
    record = repository.get_import(db, import_id) if len(import_id) <= 36 else None
    if record is None:
        raise ImportNotFound("import: there is no import of this id.")
    return record


def text_of(db: Session, sealer: Sealer, record: AccountImport) -> bytes:
    """The uploaded text, as long as the import is not finished."""
    parts = repository.import_parts(db, record.id)
    # A million characters are no word that a log line could hold.
    text = io.BytesIO()
    for part, blob in parts:
        piece = sealer.open(blob, table=_TABLE, row=record.id, column=str(part), is_secret=False)
        text.write(piece.encode())
    return text.getvalue()


def note_rows(db: Session, record: AccountImport, verdicts: Iterable[RowVerdict]) -> None:
    """Keep these verdicts, after the ones that are kept already."""
    seq = repository.last_import_row(db, record.id)
    rows = []
    for verdict in verdicts:
        for line in _lines(verdict):
            seq += 1
            column = line.pop("column")
            rows.append({"import_id": record.id, "seq": seq, "column_name": column, **line})
    repository.insert_import_rows(db, rows)


def forget_rows(db: Session, record: AccountImport) -> None:
    """Drop the verdicts of a look that was not finished."""
    repository.drop_import_rows(db, record.id)


def mark_checked(record: AccountImport, checked: CheckedFile) -> None:
    """Every row has been looked at. From here on the import only goes forward."""
    record.is_checked = True
    record.state = ImportState.running
    record.counts = counts_of(checked)
    record.ignored_columns = [name[:100] for name in checked.ignored_columns[:200]]


def counts_of(checked: CheckedFile) -> dict[str, int]:
    return {
        "rows": checked.total,
        **dict.fromkeys(("create", "update", "unchanged"), 0),
        "error": len(checked.errors),
        "revived": 0,
    }


def note_progress(
    db: Session, record: AccountImport, *, added: Counter[str], done_rows: int, now: datetime
) -> None:
    """So far, in the transaction that wrote it; one event for every new percent at most."""
    record.done_rows = done_rows
    record.counts = {name: count + added[name] for name, count in record.counts.items()}
    progress = min(99, 100 * done_rows // max(1, record.counts["rows"]))
    if progress != record.progress:
        record.progress = progress
        _announce(db, record, now=now)


def finish(
    db: Session, record: AccountImport, *, now: datetime, revived: Sequence[str] = ()
) -> None:
    """Done: the uploaded text goes, and one audit entry stands for the whole file."""
    record.state, record.progress, record.finished_at = ImportState.completed, 100, now
    _close(db, record, now=now)
    if not record.is_dry_run:
        audit.record(
            db,
            actor=record.requested_by,
            action="accounts.imported",
            subject=("import", record.id),
            now=now,
            after={
                "counts": record.counts,
                "mode": record.mode,
                "file": record.file_digest[:12],
                "revived": list(revived[:_REVIVED_NAMED]),
            },
        )


def fail(db: Session, record: AccountImport, error: str, *, now: datetime) -> None:
    """Nothing of the file was written, and nothing will be."""
    record.state, record.error, record.finished_at = ImportState.failed, error, now
    _close(db, record, now=now)


def page_of_rows(
    db: Session, import_id: str, *, after: int, limit: int, outcome: str | None = None
) -> Sequence[AccountImportRow]:
    """Kept verdicts errors first, each sort in the file's order. A row with three faults is three of them."""
    return repository.import_rows(db, import_id, after=after, limit=limit, outcome=outcome)


def report_of(
    record: AccountImport, *, rows: Sequence[AccountImportRow] | None = None
) -> ImportReport:
    return ImportReport(
        import_id=record.id,
        state=record.state,
        mode=ImportMode(record.mode),
        dry_run=record.is_dry_run,
        progress=record.progress,
        counts=record.counts,
        ignored_columns=record.ignored_columns,
        error=record.error,
        rows=None
        if rows is None
        else [ImportRowRead.model_validate(row, from_attributes=True) for row in rows],
        created_at=record.created_at,
        finished_at=record.finished_at,
    )


def shown(verdict: RowVerdict) -> list[ImportRowRead]:
    """A verdict as it is shown and kept: one line for each problem, or one without."""
    return [ImportRowRead(**line) for line in _lines(verdict)]


def _lines(verdict: RowVerdict) -> Iterator[dict[str, Any]]:
    for problem in verdict.problems or _NO_PROBLEM:
        yield {
            "line": verdict.line,
            "outcome": verdict.outcome,
            "account_no": verdict.account_no,
            "login": verdict.login,
            "column": problem.column,
            "reason": problem.reason,
            "fix": problem.fix,
        }


def _close(db: Session, record: AccountImport, *, now: datetime) -> None:
    repository.drop_import_parts(db, record.id)
    _announce(db, record, now=now)
    db.flush()


def _announce(db: Session, record: AccountImport, *, now: datetime) -> None:
    data = {
        "import_id": record.id,
        "state": record.state.value,
        "progress": record.progress,
        "counts": record.counts,
    }
    events.publish(db, "import_update", data, now=now)
