from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response, status
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from retinue.capabilities.accounts.errors import (
    FileTooLarge,
    FileUnreadable,
    ImportNotFound,
    RowsRefused,
)
from retinue.capabilities.accounts.models import ImportState, RowOutcome
from retinue.capabilities.accounts.schemas import (
    ImportMode,
    ImportReport,
    ImportRowRead,
    Upload,
)
from retinue.capabilities.accounts.service import importing
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Cursor,
    Limit,
    Page,
    ReadDb,
    RecordId,
    Router,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)
from retinue.foundation.runtime import Runtime
from retinue.kit import csv_table
from retinue.workflows.account_import import service

router = Router(prefix="/api/accounts", tags=["Accounts"])

_ROOM_FOR_MULTIPART = 64 * 1024
_FAILED_COLUMNS = ("account_no", "login", "line", "column", "reason", "fix")
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV, UTF-8, at most 10 MB.",
                        }
                    },
                }
            }
        },
    }
}


class _InMemory(MultiPartParser):
    """The file holds passwords in the clear: it must not be spooled to a disk."""

    spool_max_size = service.LARGEST_FILE + _ROOM_FOR_MULTIPART


async def _uploaded(request: Request) -> bytes:
    """The one file of the form, read no further than its limit."""
    seen = 0

    async def measured() -> Any:
        nonlocal seen
        async for piece in request.stream():
            seen += len(piece)
            if seen > service.LARGEST_FILE + _ROOM_FOR_MULTIPART:
                raise FileTooLarge("file: it is larger than 10 MB; split it.")
            yield piece

    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid.field("file", "send the CSV as a form, as in curl -F file=@accounts.csv")
    try:
        form = await _InMemory(request.headers, measured(), max_files=1, max_fields=0).parse()
    except (MultiPartException, KeyError) as error:
        message = "the form cannot be read; send one file and nothing else, named `file`"
        raise Invalid.field("file", message) from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid.field("file", "the form has no file of this name", kind="missing")
        return await file.read()
    finally:
        await form.close()


@router.post(
    "/import",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(FileTooLarge, FileUnreadable, RowsRefused)
    | {202: {"model": ImportReport, "description": "Above 1 MB: the import goes on behind."}},
    openapi_extra=_FORM,
)
def import_accounts(
    *,
    content: Annotated[bytes, Depends(_uploaded)],
    rt: Rt,
    caller: Caller,
    response: Response,
    mode: ImportMode = ImportMode.all_or_nothing,
    dry_run: Annotated[bool, Query(description="Say what would happen, row by row.")] = False,
) -> ImportReport:
    """
    Add and update accounts from a CSV file. The same file twice changes nothing.

    Up to 1 MB the answer is the outcome. Above, it is 202 with an import id.
    """
    upload = Upload(content=content, mode=mode, is_dry_run=dry_run, actor=caller.actor)
    report = service.receive(rt, upload)
    if report.state is ImportState.waiting:
        response.status_code = status.HTTP_202_ACCEPTED
        response.headers["Location"] = f"/api/accounts/imports/{report.import_id}"
    return report


@router.get(
    "/imports/{import_id}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(ImportNotFound),
)
def read_import(import_id: RecordId, db: ReadDb, caller: Caller) -> ImportReport:
    """How far an import is, what it did, and the first of its errors."""
    caller.check_is_for_all_accounts()
    return service.report_of(db, import_id)


@router.get(
    "/imports/{import_id}/rows",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(ImportNotFound),
)
def list_import_rows(
    import_id: RecordId, db: ReadDb, caller: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[ImportRowRead]:
    """The errors, and for a dry run every row."""
    caller.check_is_for_all_accounts()
    importing.get(db, import_id)
    after = decode_cursor(cursor, int)
    rows = importing.page_of_rows(db, import_id, after=after[0] if after else 0, limit=limit)
    return Page(
        items=[ImportRowRead.model_validate(row, from_attributes=True) for row in rows],
        next_cursor=encode_cursor(rows[-1].seq) if len(rows) == limit else None,
    )


@router.get(
    "/imports/{import_id}/failed-rows.csv",
    dependencies=[requires(Scope.accounts_read)],
    responses={200: {"content": {"text/csv": {}}}, **documented(ImportNotFound)},
    response_class=StreamingResponse,
)
def failed_rows(import_id: RecordId, db: ReadDb, rt: Rt, caller: Caller) -> StreamingResponse:
    """What to mend, as CSV: a line for each problem, without any secret."""
    caller.check_is_for_all_accounts()
    importing.get(db, import_id)
    return StreamingResponse(
        _failed_rows(rt, import_id),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="failed-rows-{import_id}.csv"'},
    )


def _failed_rows(runtime: Runtime, import_id: str) -> Iterator[str]:
    # The request's own database handle is closed before the first piece leaves.
    yield csv_table.write([_FAILED_COLUMNS])
    after = 0
    while True:
        with runtime.database.reading() as db:
            rows = importing.page_of_rows(
                db, import_id, after=after, limit=1000, outcome=RowOutcome.error
            )
        if not rows:
            return
        yield csv_table.write(
            [[str(getattr(row, name) or "") for name in _FAILED_COLUMNS] for row in rows]
        )
        after = rows[-1].seq
