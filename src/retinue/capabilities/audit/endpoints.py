from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.audit import service
from retinue.capabilities.audit.schemas import AuditEntryRead, AuditFilter
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Moment,
    Page,
    ReadDb,
    Router,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/audit", tags=["Audit"])

_Word = Annotated[str | None, Field(max_length=190)]


class AuditQuery(BaseModel):
    """What `GET /api/audit` may be asked; a filter that does not exist is refused by name."""

    model_config = ConfigDict(extra="forbid")

    actor: _Word = None
    action: _Word = None
    subject_kind: _Word = None
    subject_id: _Word = None
    since: Moment | None = None
    until: Moment | None = None
    limit: int = Field(50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        None, max_length=500, description="`next_cursor` of the page before."
    )

    def filter(self) -> AuditFilter:
        return AuditFilter(**self.model_dump(exclude={"limit", "cursor"}))


@router.get(
    "",
    dependencies=[requires(Scope.audit_read)],
    responses=documented(Invalid),
)
def list_entries(db: ReadDb, wanted: Annotated[AuditQuery, Query()]) -> Page[AuditEntryRead]:
    """Who did what, newest first."""
    key = decode_cursor(wanted.cursor, int)
    entries = service.newest(
        db, wanted.filter(), before_id=key[0] if key else None, limit=wanted.limit + 1
    )
    page = entries[: wanted.limit]
    return Page(
        items=[AuditEntryRead.model_validate(entry) for entry in page],
        next_cursor=encode_cursor(page[-1].id) if len(entries) > wanted.limit else None,
    )
