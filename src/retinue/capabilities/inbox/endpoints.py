from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Query, UploadFile

from retinue.capabilities.access import service as access
from retinue.capabilities.inbox import service
from retinue.capabilities.inbox.errors import EvidenceFull, ItemHeld, ItemNotFound
from retinue.capabilities.inbox.schemas import (
    AssignRequest,
    Attendant,
    ClaimRequest,
    InboxItemRead,
    InboxQuery,
    ItemFilter,
)
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

router = Router(prefix="/api/inbox", tags=["Inbox"])


@router.get("", dependencies=[requires(Scope.inbox_read)], responses=documented(Invalid))
def list_items(
    db: ReadDb, caller: Caller, asked: Annotated[InboxQuery, Query()]
) -> Page[InboxItemRead]:
    """What needs a person, or has needed one, the newest first. `total` is null above 10,000."""
    wanted = ItemFilter(
        tuple(asked.state),
        asked.kind,
        asked.account_id,
        caller.account_ids,
        hands=(caller.actor, caller.key) if asked.mine else (),
    )
    key = decode_cursor(asked.cursor, int)
    rows = service.page(db, wanted, before_id=key[0] if key else None, limit=asked.limit + 1)
    items = [InboxItemRead.model_validate(row) for row in rows[: asked.limit]]
    has_more = len(rows) > asked.limit
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].id) if has_more else None,
        total=service.count(db, wanted),
    )


@router.get(
    "/{item_id}",
    dependencies=[requires(Scope.inbox_read)],
    responses=documented(ItemNotFound),
)
def read_item(item_id: RowId, db: ReadDb, caller: Caller) -> InboxItemRead:
    """One item, with what to do and the choices there are."""
    return InboxItemRead.model_validate(service.get(db, item_id, account_ids=caller.account_ids))


@router.post(
    "/{item_id}/claim",
    dependencies=[requires(Scope.inbox_write, is_for_restricted=True)],
    responses=documented(ItemNotFound, ItemHeld, Invalid),
)
def claim_item(item_id: RowId, body: ClaimRequest, db: Db, rt: Rt, caller: Caller) -> InboxItemRead:
    """
    Take an item so that nobody else works on it, give it back, or take it over from whoever has it.

    409 names the holder.
    """
    if body.release and body.take_over:
        raise Invalid.field("release", "cannot stand together with take_over")
    item = service.get(db, item_id, account_ids=caller.account_ids)
    now, by = rt.clock.now(), Attendant(caller.actor, caller.key)
    if body.release:
        changed = service.release(db, item, by=by, now=now)
    else:
        changed = service.claim(db, item, by=by, now=now, take_over=body.take_over)
    return InboxItemRead.model_validate(changed)


@router.post(
    "/{item_id}/assign",
    dependencies=[requires(Scope.inbox_write, is_for_restricted=True)],
    responses=documented(ItemNotFound, ItemHeld, Invalid),
)
def assign_item(
    item_id: RowId, body: AssignRequest, db: Db, rt: Rt, caller: Caller
) -> InboxItemRead:
    """Say who is to deal with an item. Others can then take it over, but not claim it by mistake."""
    item = service.get(db, item_id, account_ids=caller.account_ids)
    by, operator = Attendant(caller.actor, caller.key), access.assignee(db, body.operator)
    changed = service.assign(db, item, operator, by=by, now=rt.clock.now())
    return InboxItemRead.model_validate(changed)


@router.post(
    "/{item_id}/evidence",
    status_code=201,
    dependencies=[requires(Scope.inbox_write, is_for_restricted=True), heavy()],
    responses=documented(ItemNotFound, ItemHeld, EvidenceFull, PictureRefused),
)
def add_evidence(
    item_id: RowId,
    file: Annotated[UploadFile, File(description="JPEG, PNG or WebP; at most 10 MB.")],
    rt: Rt,
    caller: Caller,
    title: Annotated[
        str | None, Form(max_length=200, pattern=r"^[^\x00]*$", description="What it shows.")
    ] = None,
) -> InboxItemRead:
    """
    Add a picture that shows what you have done or seen.

    It is decoded in a process of its own and drawn anew, without what a camera has written on it.
    """
    by = Attendant(caller.actor, caller.key, caller.account_ids)
    content = file.file.read(LARGEST_FILE + 1)
    changed = service.receive_evidence(rt, item_id, content, title=title, by=by)
    return InboxItemRead.model_validate(changed)
