from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from retinue.capabilities.audit import service
from retinue.capabilities.audit.schemas import AuditEntryRead, AuditFilter
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Cursor,
    Limit,
    Moment,
    Page,
    ReadDb,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = APIRouter(prefix="/api/audit", tags=["audit"])

_Word = Annotated[str | None, Query(max_length=190)]


@router.get(
    "",
    dependencies=[requires(Scope.audit_read)],
    responses=documented(Invalid),
)
def list_entries(
    db: ReadDb,
    *,
    actor: _Word = None,
    action: _Word = None,
    subject_kind: _Word = None,
    subject_id: _Word = None,
    since: Moment | None = None,
    until: Moment | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntryRead]:
    """Who did what, newest first."""
    wanted = AuditFilter(actor, action, subject_kind, subject_id, since, until)
    key = decode_cursor(cursor, int)
    entries = service.newest(db, wanted, before_id=key[0] if key else None, limit=limit + 1)
    more = len(entries) > limit
    page = entries[:limit]
    return Page(
        items=[AuditEntryRead.model_validate(entry) for entry in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )
