from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response, status
from fastapi.responses import FileResponse

from retinue.capabilities.evidence import service
from retinue.capabilities.evidence.errors import EvidenceNotFound
from retinue.capabilities.evidence.models import EvidenceKind
from retinue.capabilities.evidence.schemas import EvidenceFilter, EvidenceQuery, EvidenceRead
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
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

router = Router(prefix="/api/evidence", tags=["Inbox"])

_read = [requires(Scope.inbox_read)]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}, "image/jpeg": {}, "text/plain": {}}},
    304: {"description": "As before."},
}
# It never changes, but whoever may see it is asked every time. What a stranger's page brings along is never run.
_GUARDED = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@router.get("", dependencies=_read, responses=documented(Invalid))
def list_evidence(
    db: ReadDb, caller: Caller, asked: Annotated[EvidenceQuery, Query()]
) -> Page[EvidenceRead]:
    """What was seen and kept, the newest first."""
    wanted = EvidenceFilter(
        ids=tuple(asked.id),
        account_id=asked.account_id,
        subject=(asked.subject_kind, asked.subject_id),
        kind=asked.kind,
        account_ids=caller.account_ids,
    )
    key = decode_cursor(asked.cursor, str)
    rows = service.page(db, wanted, before_id=key[0] if key else None, limit=asked.limit + 1)
    items = [EvidenceRead.model_validate(row) for row in rows[: asked.limit]]
    has_more = len(rows) > asked.limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if has_more else None)


@router.get(
    "/{evidence_id}/file",
    dependencies=_read,
    response_class=FileResponse,
    responses=_FILE | documented(EvidenceNotFound),
)
def read_file(
    evidence_id: RecordId, db: ReadDb, rt: Rt, caller: Caller, request: Request
) -> Response:
    """The file itself. A page comes as plain text, to be saved: nothing in it is ever run."""
    item = service.get(db, evidence_id, account_ids=caller.account_ids)
    path = service.path_of(rt.configuration.data_dir, item)
    if not path.is_file():
        raise EvidenceNotFound(
            f"evidence: the file of {item.id} is gone; put evidence/ of the data directory back."
        )
    headers = {**_GUARDED, "ETag": f'"{item.sha256}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if item.kind is EvidenceKind.page:
        headers["Content-Disposition"] = f'attachment; filename="{item.id}.html.txt"'
        return FileResponse(path, media_type="text/plain; charset=utf-8", headers=headers)
    return FileResponse(path, media_type=item.media_type, headers=headers)
