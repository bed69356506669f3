from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response, status

from retinue.capabilities.content import service
from retinue.capabilities.content.errors import ContentInUse, ContentNotFound, TextExists
from retinue.capabilities.content.models import ContentText
from retinue.capabilities.content.schemas import (
    ContentFilter,
    TextChange,
    TextCreate,
    TextQuery,
    TextRead,
)
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
    requires,
)

router = Router(prefix="/api/texts", tags=["Content"])

_read = [requires(Scope.content_read)]
_write = [requires(Scope.content_write)]


@router.get("", dependencies=_read, responses=documented(Invalid))
def list_texts(db: ReadDb, caller: Caller, asked: Annotated[TextQuery, Query()]) -> Page[TextRead]:
    """Biographies, captions and titles, the newest first unless `sort` says otherwise."""
    caller.check_is_for_all_accounts()
    wanted = ContentFilter(
        persona_id=asked.persona,
        kind=asked.kind,
        category=asked.category,
        search=asked.q,
        state=asked.state,
        sort=asked.sort,
    )
    after = decode_cursor(asked.cursor, int, int)
    rows = service.texts_page(
        db, wanted, after=(after[0], after[1]) if after else None, limit=asked.limit + 1
    )
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return Page(
        items=service.read_texts(db, shown),
        next_cursor=encode_cursor(*service.sort_key(shown[-1], asked.sort)) if has_more else None,
        total=service.count(db, wanted, is_text=True),
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=_write,
    responses=documented(PersonaNotFound, Invalid)
    | {200: {"model": TextRead, "description": "The persona had it already."}},
)
def add_text(wanted: TextCreate, response: Response, db: Db, rt: Rt, caller: Caller) -> TextRead:
    """Add a text. The same text of the same kind is the one that was there."""
    added = service.add_text(db, wanted, actor=caller.actor, now=rt.clock.now())
    if not added.is_new:
        response.status_code = status.HTTP_200_OK
    return _shown(db, service.get_text(db, added.id))


@router.get("/{text_id}", dependencies=_read, responses=documented(ContentNotFound))
def read_text(text_id: RowId, db: ReadDb, caller: Caller) -> TextRead:
    caller.check_is_for_all_accounts()
    return _shown(db, service.get_text(db, text_id))


@router.patch(
    "/{text_id}",
    dependencies=_write,
    responses=documented(ContentNotFound, ContentInUse, TextExists, Invalid),
)
def change_text(text_id: RowId, wanted: TextChange, db: Db, rt: Rt, caller: Caller) -> TextRead:
    """Change a text, or what is said of it. The words can be changed until it is first assigned."""
    now = rt.clock.now()
    return _shown(db, service.change_text(db, text_id, wanted, actor=caller.actor, now=now))


@router.post("/{text_id}/archive", dependencies=_write, responses=documented(ContentNotFound))
def archive_text(text_id: RowId, db: Db, rt: Rt, caller: Caller) -> TextRead:
    """Nobody is given it any more. A second time changes nothing."""
    row = service.get_text(db, text_id, for_update=True)
    service.archive(db, row, actor=caller.actor, now=rt.clock.now())
    return _shown(db, row)


@router.post("/{text_id}/restore", dependencies=_write, responses=documented(ContentNotFound))
def restore_text(text_id: RowId, db: Db, rt: Rt, caller: Caller) -> TextRead:
    """Back from the archive into its pool."""
    row = service.get_text(db, text_id, for_update=True)
    service.restore(db, row, actor=caller.actor, now=rt.clock.now())
    return _shown(db, row)


@router.delete(
    "/{text_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_write,
    responses=documented(ContentNotFound, ContentInUse),
)
def remove_text(text_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Remove a text that nobody was ever given."""
    row = service.get_text(db, text_id, for_update=True)
    service.remove(db, row, actor=caller.actor, now=rt.clock.now())


def _shown(db: Db, row: ContentText) -> TextRead:
    return service.read_texts(db, [row])[0]
