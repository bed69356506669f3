from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.inbox import service
from retinue.capabilities.inbox.errors import ItemHeld, ItemNotFound
from retinue.capabilities.inbox.schemas import (
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
    requires,
)

router = Router(prefix="/api/inbox", tags=["Inbox"])


@router.get("", dependencies=[requires(Scope.inbox_read)], responses=documented(Invalid))
def list_items(
    db: ReadDb, caller: Caller, asked: Annotated[InboxQuery, Query()]
) -> Page[InboxItemRead]:
    """What needs a person, or has needed one, the newest first. `total` is null above 10,000."""
    wanted = ItemFilter(tuple(asked.state), asked.kind, asked.account_id, caller.account_ids)
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
