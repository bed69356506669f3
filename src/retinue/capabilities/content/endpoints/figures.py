from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from retinue.capabilities.content import service
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.schemas import PoolRead, ReportBy, ReportFilter, ReportRow
from retinue.capabilities.content.schemas.adding import Body, Category
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Moment,
    Page,
    ReadDb,
    Router,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/content", tags=["Content"])

_read = [requires(Scope.content_read)]


class ReportQuery(Body):
    by: ReportBy = Field(default=ReportBy.category, description="Only `item` has pages.")
    persona: int | None = Field(default=None, ge=1, lt=2**63)
    kind: ContentKind | None = None
    category: Category | None = None
    since: Moment | None = Field(default=None, description="Given at this moment or later.")
    until: Moment | None = Field(default=None, description="Given before this moment.")
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, max_length=500)


@router.get("/availability", dependencies=_read)
def read_availability(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    persona: Annotated[int | None, Query(ge=1, lt=2**63, description="The persona's id.")] = None,
) -> list[PoolRead]:
    """What is left of every pool, who waits for it, and when it is empty at the pace of the last 14 days."""
    caller.check_is_for_all_accounts()
    return service.availability(db, now=rt.clock.now(), persona_id=persona)


@router.get("/report", dependencies=_read, responses=documented(Invalid))
def read_report(
    db: ReadDb, caller: Caller, asked: Annotated[ReportQuery, Query()]
) -> Page[ReportRow]:
    """What was given, how often it was used, and with what success: by persona, category or item."""
    caller.check_is_for_all_accounts()
    wanted = ReportFilter(
        by=asked.by,
        persona_id=asked.persona,
        kind=asked.kind,
        category=asked.category,
        since=asked.since,
        until=asked.until,
    )
    after = decode_cursor(asked.cursor, int, int)
    rows = service.report(
        db, wanted, after=(after[0], after[1]) if after else None, limit=asked.limit + 1
    )
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit and asked.by is ReportBy.item
    return Page(
        items=shown,
        next_cursor=encode_cursor(*service.report_key(shown[-1])) if has_more else None,
    )
