"""The scoreboard of sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.endpoints.accounts_asked import account_of_id
from retinue.capabilities.ledger.schemas.wire import SourceRead
from retinue.foundation.http import Caller, Page, ReadDb, Router, Scope, documented, requires

router = Router(prefix="/api/sources", tags=["Interactions"])


@router.get(
    "",
    dependencies=[requires(Scope.interactions_read)],
    responses=documented(AccountNotFound),
)
def list_sources(
    db: ReadDb,
    caller: Caller,
    days: Annotated[int, Query(ge=1, le=365)] = 14,
    account_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Page[SourceRead]:
    """
    How many of the people that a source led to have followed back within so many days of the first contact.

    `low` and `high` enclose the true share with 95 % certainty; the highest `low` comes first. Whoever
    followed before the contact is left out.
    """
    accounts = caller.account_ids
    if account_id is not None:
        accounts = frozenset({account_of_id(db, account_id, caller).id})
    board = service.scoreboard(db, accounts=accounts, days=days)
    return Page(items=board, next_cursor=None, total=len(board))
