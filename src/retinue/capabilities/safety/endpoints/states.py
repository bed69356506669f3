from __future__ import annotations

from retinue.capabilities.safety import service
from retinue.capabilities.safety.schemas import SafetyState
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
    db: ReadDb, rt: Rt, caller: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[SafetyState]:
    """How every account stands: whether it may act, until when not, and what went wrong lately."""
    key = decode_cursor(cursor, int)
    found = service.states(
        db,
        now=rt.clock.now(),
        after_id=key[0] if key else 0,
        limit=limit + 1,
        account_ids=caller.account_ids,
    )
    has_more = len(found) > limit
    items = found[:limit]
    return Page(items=items, next_cursor=encode_cursor(items[-1].account_id) if has_more else None)
