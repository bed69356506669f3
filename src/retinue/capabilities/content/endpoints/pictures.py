from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import File, Query, Request, Response, UploadFile, status
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.content import service
from retinue.capabilities.content.errors import ContentInUse, ContentNotFound
from retinue.capabilities.content.models import ContentItem
from retinue.capabilities.content.schemas import (
    BulkRead,
    ContentAdded,
    ContentBulk,
    ContentChange,
    ContentFilter,
    ContentQuery,
    ContentRead,
    Details,
)
from retinue.capabilities.content.schemas.adding import Category, MaxUsage, Quality
from retinue.capabilities.content.service import keeping, receiving
from retinue.capabilities.personas.errors import PersonaNotFound
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    heavy,
    requires,
)
from retinue.foundation.pictures import LARGEST_FILE, PictureRefused

router = Router(prefix="/api/content", tags=["Content"])

_read = [requires(Scope.content_read)]
_write = [requires(Scope.content_write)]
_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}, "image/png": {}}},
    304: {"description": "As before."},
}
# Its name is its content, so it never changes; but whoever may see it is asked every time.
_CACHED = "private, no-cache"


class PictureForm(BaseModel):
    """A picture, and what is said of it."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(description="JPEG, PNG or WebP; at most 10 MB and 50 million pixels.")
    persona: str = Field(
        min_length=1, max_length=100, pattern=r"^[^\x00]*$", description="The persona's id or name."
    )
    category: Category = "any"
    title: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00]*$")
    tags: str = Field(default="", max_length=1100, description="Separated by commas.")
    quality: Quality = 50
    max_usage: MaxUsage = Field(default=1, description="How often it may be used.")
    unlimited: bool = Field(default=False, description="It may be used without end.")


@router.get("", dependencies=_read, responses=documented(Invalid))
def list_content(
    db: ReadDb, caller: Caller, asked: Annotated[ContentQuery, Query()]
) -> Page[ContentRead]:
    """The pictures, the newest first unless `sort` says otherwise. `total` is null above 10,000."""
    caller.check_is_for_all_accounts()
    wanted = ContentFilter(
        persona_id=asked.persona,
        category=asked.category,
        search=asked.q,
        state=asked.state,
        sort=asked.sort,
    )
    after = decode_cursor(asked.cursor, int, int)
    rows = service.items_page(
        db, wanted, after=(after[0], after[1]) if after else None, limit=asked.limit + 1
    )
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return Page(
        items=service.read_items(db, shown),
        next_cursor=encode_cursor(*service.sort_key(shown[-1], asked.sort)) if has_more else None,
        total=service.count(db, wanted, is_text=False),
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[*_write, heavy()],
    responses=documented(PersonaNotFound, PictureRefused)
    | {200: {"model": ContentAdded, "description": "The persona had it already."}},
)
def add_content(
    form: Annotated[PictureForm, File()], response: Response, rt: Rt, caller: Caller
) -> ContentAdded:
    """
    Add a picture. It is decoded in a process of its own and drawn anew, without what a camera has written on it.

    Sent again, it is the one that was there. `near_duplicates` names pictures that look nearly the same.
    """
    content = form.file.file.read(LARGEST_FILE + 1)
    details = Details(
        category=form.category,
        title=form.title,
        tags=[tag for tag in form.tags.split(",") if tag.strip()],
        quality=form.quality,
        max_usage=None if form.unlimited else form.max_usage,
    )
    added = receiving.receive(rt, form.persona, content, details, actor=caller.actor)
    with rt.database.reading() as db:
        (read,) = service.read_items(db, [service.get_item(db, added.id)])
    if not added.is_new:
        response.status_code = status.HTTP_200_OK
    response.headers["Location"] = f"/api/content/{added.id}"
    return ContentAdded(
        **read.model_dump(), is_new=added.is_new, near_duplicates=list(added.near_duplicates)
    )


@router.post("/bulk", dependencies=_write)
def change_many(wanted: ContentBulk, db: Db, rt: Rt, caller: Caller) -> BulkRead:
    """Archive, restore or remove up to 1,000 pictures; what is refused is told and does not hinder the others."""
    return service.bulk(db, wanted.ids, wanted.action, actor=caller.actor, now=rt.clock.now())


@router.get("/{content_id}", dependencies=_read, responses=documented(ContentNotFound))
def read_content(content_id: RowId, db: ReadDb, caller: Caller) -> ContentRead:
    caller.check_is_for_all_accounts()
    return _shown(db, service.get_item(db, content_id))


@router.patch("/{content_id}", dependencies=_write, responses=documented(ContentNotFound, Invalid))
def change_content(
    content_id: RowId, wanted: ContentChange, db: Db, rt: Rt, caller: Caller
) -> ContentRead:
    """Change what is said of it. The picture itself never changes: add another one."""
    now = rt.clock.now()
    return _shown(db, service.change_item(db, content_id, wanted, actor=caller.actor, now=now))


@router.post("/{content_id}/archive", dependencies=_write, responses=documented(ContentNotFound))
def archive_content(content_id: RowId, db: Db, rt: Rt, caller: Caller) -> ContentRead:
    """Nobody is given it any more. What is promised stays promised; a second time changes nothing."""
    item = service.get_item(db, content_id, for_update=True)
    service.archive(db, item, actor=caller.actor, now=rt.clock.now())
    return _shown(db, item)


@router.post("/{content_id}/restore", dependencies=_write, responses=documented(ContentNotFound))
def restore_content(content_id: RowId, db: Db, rt: Rt, caller: Caller) -> ContentRead:
    """Back from the archive into its pool."""
    item = service.get_item(db, content_id, for_update=True)
    service.restore(db, item, actor=caller.actor, now=rt.clock.now())
    return _shown(db, item)


@router.delete(
    "/{content_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_write,
    responses=documented(ContentNotFound, ContentInUse),
)
def remove_content(content_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Remove a picture that nobody was ever given."""
    item = service.get_item(db, content_id, for_update=True)
    service.remove(db, item, actor=caller.actor, now=rt.clock.now())


@router.get(
    "/{content_id}/image",
    dependencies=_read,
    response_class=FileResponse,
    responses=_IMAGE | documented(ContentNotFound),
)
def read_image(content_id: RowId, db: ReadDb, rt: Rt, caller: Caller, request: Request) -> Response:
    """The picture as it is kept."""
    caller.check_is_for_all_accounts()
    item = service.get_item(db, content_id)
    path = keeping.picture_path(rt.configuration.data_dir, item.sha256, item.media_type)
    return _file(path, item, item.media_type, request)


@router.get(
    "/{content_id}/thumbnail",
    dependencies=_read,
    response_class=FileResponse,
    responses=_IMAGE | documented(ContentNotFound),
)
def read_thumbnail(
    content_id: RowId, db: ReadDb, rt: Rt, caller: Caller, request: Request
) -> Response:
    """The picture, 320 points wide or high at most, as JPEG."""
    caller.check_is_for_all_accounts()
    item = service.get_item(db, content_id)
    path = keeping.thumbnail_path(rt.configuration.data_dir, item.sha256)
    return _file(path, item, "image/jpeg", request)


def _shown(db: Db, item: ContentItem) -> ContentRead:
    return service.read_items(db, [item])[0]


def _file(path: Path, item: ContentItem, media_type: str, request: Request) -> Response:
    if not path.is_file():
        raise ContentNotFound(
            f"content: the file of picture {item.id} is gone; put content/ of the data directory back."
        )
    tag = f'"{path.name}"'
    headers = {"ETag": tag, "Cache-Control": _CACHED, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return FileResponse(path, media_type=media_type, headers=headers)
