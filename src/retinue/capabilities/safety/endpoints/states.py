from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.safety import service
from retinue.capabilities.safety.schemas import SafetyState, ShownState, StateFilter
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
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


class StatesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account_id: int | None = Field(
        None, ge=1, lt=2**63, description="This account alone, with its last 100 errors."
    )
    state: ShownState | None = Field(None, description="Those that stand so now.")
    limit: int = Field(50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        None, max_length=500, description="`next_cursor` of the page before."
    )


@router.get(
    "/states",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(Invalid),
)
def list_states(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    asked: Annotated[StatesQuery, Query()],
) -> Page[SafetyState]:
    """How every account stands: whether it may act, until when not, and what went wrong lately."""
    key = decode_cursor(asked.cursor, int)
    allowed = caller.account_ids
    if asked.account_id is not None:
        one = frozenset({asked.account_id})
        allowed = one if allowed is None else one & allowed
    found = service.states(
        db,
        wanted=StateFilter(allowed, asked.state),
        now=rt.clock.now(),
        after_id=key[0] if key else 0,
        limit=asked.limit + 1,
        errors=10 if asked.account_id is None else 100,
    )
    has_more = len(found) > asked.limit
    items = found[: asked.limit]
    return Page(items=items, next_cursor=encode_cursor(items[-1].account_id) if has_more else None)
