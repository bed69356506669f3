from __future__ import annotations

from typing import Annotated

from fastapi import File, Query, Response, UploadFile, status
from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.content.errors import FileTooLarge, ManifestRefused, UploadNotFound
from retinue.capabilities.content.models import UploadOutcome
from retinue.capabilities.content.schemas.bulk import UploadRead, UploadRowRead
from retinue.capabilities.content.service import uploading
from retinue.capabilities.personas.errors import PersonaNotFound
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
    heavy,
    requires,
)

router = Router(prefix="/api/content", tags=["Content"])

_read = [requires(Scope.content_read)]
_write = [requires(Scope.content_write)]
_LARGEST_MANIFEST = 5 * 1024 * 1024


class UploadForm(BaseModel):
    """A zip archive, or many pictures, and what is to be said of them."""

    model_config = ConfigDict(extra="forbid")

    file: list[UploadFile] = Field(
        min_length=1, max_length=1000, description="One zip archive, or pictures; 200 MB in all."
    )
    manifest: UploadFile | None = Field(
        default=None,
        description="CSV with the columns file, category, title, tags, quality, max_usage, kind and text. It may"
        " lie in the archive too, as `manifest.csv`. Without one every picture is taken.",
    )
    persona: str = Field(
        min_length=1, max_length=100, pattern=r"^[^\x00]*$", description="The persona's id or name."
    )
    dry_run: bool = Field(default=False, description="Say what would happen, row by row.")


@router.post(
    "/bulk-upload",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[*_write, heavy()],
    responses=documented(PersonaNotFound, ManifestRefused, FileTooLarge),
)
def upload_many(
    form: Annotated[UploadForm, File()], response: Response, rt: Rt, caller: Caller
) -> UploadRead:
    """
    Take in many pictures and texts. Each line is done wholly or not at all, and the others go on.

    The same archive again changes nothing, so that what broke off is simply sent again.
    """
    report = uploading.receive(
        rt,
        form.persona,
        [(one.filename or "", one.file) for one in form.file],
        manifest=None if form.manifest is None else form.manifest.file.read(_LARGEST_MANIFEST),
        actor=caller.actor,
        is_dry_run=form.dry_run,
    )
    response.headers["Location"] = f"/api/content/uploads/{report.id}"
    return report


@router.get("/uploads/{upload_id}", dependencies=_read, responses=documented(UploadNotFound))
def read_upload(upload_id: RecordId, db: ReadDb, caller: Caller) -> UploadRead:
    """How far an upload is, and the first of its errors."""
    caller.check_is_for_all_accounts()
    return uploading.read(db, uploading.get(db, upload_id))


@router.get("/uploads/{upload_id}/rows", dependencies=_read, responses=documented(UploadNotFound))
def list_upload_rows(
    upload_id: RecordId,
    db: ReadDb,
    caller: Caller,
    *,
    outcome: Annotated[UploadOutcome | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[UploadRowRead]:
    """What became of every row, in the order of the manifest."""
    caller.check_is_for_all_accounts()
    uploading.get(db, upload_id)
    after = decode_cursor(cursor, int)
    rows = uploading.rows(
        db, upload_id, after=after[0] if after else 0, limit=limit + 1, outcome=outcome
    )
    shown = rows[:limit]
    return Page(
        items=[uploading.read_row(row) for row in shown],
        next_cursor=encode_cursor(shown[-1].seq) if len(rows) > limit else None,
    )
