"""Bots and their sessions, for operators."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, status

from retinue.capabilities.access import service as access
from retinue.capabilities.access.schemas import Origin
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.schemas import BotCreate, BotIssued, BotRead, BotSessionRead
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Cursor,
    Db,
    Limit,
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

router = Router(prefix="/api", tags=["Bots"])

_READ = requires(Scope.warmup_read)


@router.get("/bots", dependencies=[_READ], responses=documented(Invalid))
def list_bots(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    *,
    revoked: Annotated[bool, Query(description="Revoked ones too.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[BotRead]:
    """Tokens of the role bot, the newest first, with what they have done and hold."""
    caller.check_is_for_all_accounts()
    key = decode_cursor(cursor, str)
    rows = service.bot_list(
        db,
        before_id=key[0] if key else None,
        now=rt.clock.now(),
        limit=limit + 1,
        with_revoked=revoked,
    )
    items = rows[:limit]
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None,
        total=service.count_bots(db, with_revoked=revoked),
    )


@router.post(
    "/bots",
    status_code=status.HTTP_201_CREATED,
    dependencies=[requires(Scope.access_write)],
    responses=documented(Invalid),
)
def add_bot(wanted: BotCreate, db: Db, rt: Rt, caller: Caller) -> BotIssued:
    """Make a bot. Its token is shown this once; `DELETE /api/tokens/{id}` ends it."""
    issued = access.issue_token(
        db,
        wanted.as_token(),
        granted_by=caller.scopes,
        origin=Origin(caller.actor, caller.address, caller.request_id),
        now=rt.clock.now(),
    )
    return BotIssued(id=issued.id, name=wanted.name, token=issued.token)


@router.get("/bot-sessions", dependencies=[_READ], responses=documented(Invalid))
def list_sessions(
    db: ReadDb,
    caller: Caller,
    bot_id: Annotated[
        str | None, Query(min_length=1, max_length=36, pattern=r"^[A-Za-z0-9_-]+$")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[BotSessionRead]:
    """When bots were there, from where, and how many of their calls were refused; the newest first."""
    caller.check_is_for_all_accounts()
    key = decode_cursor(cursor, int)
    rows = service.session_list(
        db, bot_id=bot_id, before_id=key[0] if key else None, limit=limit + 1
    )
    items = rows[:limit]
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None,
        total=service.count_sessions(db, bot_id=bot_id),
    )
