"""Attempts, above all those whose outcome nobody knows."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.errors import AttemptNotFound
from retinue.capabilities.ledger.schemas import AttemptFilter
from retinue.capabilities.ledger.schemas.attempts import AttemptQuery, AttemptRead
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Page,
    ReadDb,
    RecordId,
    Router,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/attempts", tags=["Interactions"])


@router.get("", dependencies=[requires(Scope.interactions_read)], responses=documented(Invalid))
def list_attempts(
    db: ReadDb, caller: Caller, asked: Annotated[AttemptQuery, Query()]
) -> Page[AttemptRead]:
    """What was promised and what came of it, the newest first. `total` is null above 10,000."""
    wanted = AttemptFilter(
        state=asked.state,
        account_id=asked.account_id,
        account_ids=caller.account_ids,
        action=asked.action,
        session_id=asked.session_id,
    )
    key = decode_cursor(asked.cursor, str)
    rows = service.list_attempts(
        db, wanted, before_id=_position(key[0]) if key else None, limit=asked.limit + 1
    )
    items = [AttemptRead.model_validate(row) for row in rows[: asked.limit]]
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].id) if len(rows) > asked.limit else None,
        total=service.count_attempts(db, wanted),
    )


@router.get(
    "/{attempt_id}",
    dependencies=[requires(Scope.interactions_read)],
    responses=documented(AttemptNotFound, Invalid),
)
def read_attempt(attempt_id: RecordId, db: ReadDb, caller: Caller) -> AttemptRead:
    """One attempt with its evidence."""
    found = service.find_attempt(db, attempt_id, account_ids=caller.account_ids)
    return AttemptRead.model_validate(found)


def _position(key: str) -> str:
    if not 0 < len(key) <= 36 or not key.isascii() or not key.isprintable():
        raise Invalid.field(
            "cursor", "is not a cursor of this list; take `next_cursor` as it was given"
        )
    return key
