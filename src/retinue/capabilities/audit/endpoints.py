from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.audit import service
from retinue.capabilities.audit.schemas import AuditEntryRead, AuditFilter, AuditVerdict
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
    heavy,
    requires,
    streaming,
)
from retinue.kit.csv_out import rows_as_csv

router = Router(prefix="/api/audit", tags=["Audit"])

# PostgreSQL takes no NUL even in a question.
_Word = Annotated[str | None, Field(max_length=190, pattern=r"^[^\x00]*$")]


class AuditFilterQuery(BaseModel):
    """Which entries are meant; a filter that does not exist is refused by name."""

    model_config = ConfigDict(extra="forbid")

    actor: _Word = None
    action: _Word = None
    subject_kind: _Word = None
    subject_id: _Word = None
    since: Moment | None = None
    until: Moment | None = None

    def filter(self) -> AuditFilter:
        return AuditFilter(
            actor=self.actor,
            action=self.action,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            since=self.since,
            until=self.until,
        )


class AuditQuery(AuditFilterQuery):
    limit: int = Field(50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        None, max_length=500, description="`next_cursor` of the page before."
    )


class AuditExportQuery(AuditFilterQuery):
    format: Literal["csv", "json"] = "csv"


@router.get(
    "",
    dependencies=[requires(Scope.audit_read)],
    responses=documented(Invalid),
)
def list_entries(
    db: ReadDb, wanted: Annotated[AuditQuery, Query()], caller: Caller
) -> Page[AuditEntryRead]:
    """Who did what, newest first."""
    caller.check_is_for_all_accounts()
    key = decode_cursor(wanted.cursor, int)
    entries = service.newest(
        db, wanted.filter(), before_id=key[0] if key else None, limit=wanted.limit + 1
    )
    page = entries[: wanted.limit]
    return Page(
        items=[AuditEntryRead.model_validate(entry) for entry in page],
        next_cursor=encode_cursor(page[-1].id) if len(entries) > wanted.limit else None,
    )


@router.get(
    "/export",
    dependencies=[requires(Scope.audit_read), heavy()],
    response_class=Response,
    responses=documented(Invalid),
)
def export_entries(
    wanted: Annotated[AuditExportQuery, Query()], caller: Caller, rt: Rt
) -> Response:
    """The entries that fit as a file, the oldest first: as CSV or as a JSON array."""
    caller.check_is_for_all_accounts()
    found = service.exported(rt, wanted.filter())
    if wanted.format == "json":
        return streaming.json_array((one.model_dump_json() for one in found), name="audit")
    names = tuple(AuditEntryRead.model_fields)
    rows = ([getattr(one, name) for name in names] for one in found)
    return streaming.csv(rows_as_csv(names, rows), name="audit")


@router.get("/verify", dependencies=[requires(Scope.audit_read), heavy()])
def verify(caller: Caller, rt: Rt) -> AuditVerdict:
    """Whether every entry still follows from the one before it, from the first to the last."""
    caller.check_is_for_all_accounts()
    with rt.database.reading() as db:
        found = service.examine(db)
    return AuditVerdict(
        ok=found.first_broken_id is None,
        entries=found.entries,
        first_broken_id=found.first_broken_id,
    )
