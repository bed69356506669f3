from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.safety import service
from retinue.capabilities.safety.schemas import SafetyState, ShownState
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Cursor,
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

router = Router(prefix="/api/accounts", tags=["Account states"])


@router.get(
    "/states",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(Invalid),
)
def list_states(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    *,
    account_id: Annotated[
        int | None,
        Query(ge=1, lt=2**63, description="This account alone, with its last 100 errors."),
    ] = None,
    state: Annotated[ShownState | None, Query(description="Those that stand so now.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SafetyState]:
    """How every account stands: whether it may act, until when not, and what went wrong lately."""
    key = decode_cursor(cursor, int)
    allowed = caller.account_ids
    if account_id is not None:
        one = frozenset({account_id})
        allowed = one if allowed is None else one & allowed
    found = service.states(
        db,
        now=rt.clock.now(),
        after_id=key[0] if key else 0,
        limit=limit + 1,
        account_ids=allowed,
        wanted=state,
        errors=10 if account_id is None else 100,
    )
    has_more = len(found) > limit
    items = found[:limit]
    return Page(items=items, next_cursor=encode_cursor(items[-1].account_id) if has_more else None)
