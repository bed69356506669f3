"""The ledger as it is today, under `/api/interactions`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.endpoints.accounts_asked import account_of_id
from retinue.capabilities.ledger.endpoints.event_pages import event_page, wanted_by
from retinue.capabilities.ledger.rules import handle_key
from retinue.capabilities.ledger.schemas.wire import (
    CheckedRead,
    CheckRead,
    CheckRequest,
    CleanedUp,
    EventQuery,
    EventRead,
    TraceRead,
    WhyQuery,
    WhyRead,
)
from retinue.capabilities.settings import service as settings
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Page,
    ReadDb,
    Router,
    Rt,
    Scope,
    decode_moment_cursor,
    documented,
    encode_cursor,
    heavy,
    requires,
)

router = Router(prefix="/api/interactions", tags=["Interactions"])

_read = [requires(Scope.interactions_read)]


@router.post(
    "/check",
    dependencies=[requires(Scope.interactions_read, is_for_restricted=True)],
    responses=documented(AccountNotFound, Invalid),
)
def check(body: CheckRequest, db: ReadDb, rt: Rt, caller: Caller) -> CheckRead:
    """
    Say for up to 10,000 people whether the account may act on them, and if not, why and until when.

    A yes is no promise: the right to act is taken at the moment of the act.
    """
    account = account_of_id(db, body.account_id, caller)
    current = settings.current(db)
    found = service.check(
        db, account, body.action, body.targets, settings=current, now=rt.clock.now()
    )
    return CheckRead(
        account_id=account.id,
        action=body.action,
        scope=current.dedup_scope,
        results=[CheckedRead.model_validate(one) for one in found],
    )


@router.get("/events", dependencies=_read, responses=documented(Invalid))
def list_events(
    db: ReadDb, caller: Caller, asked: Annotated[EventQuery, Query()]
) -> Page[EventRead]:
    """
    The ledger's events, newest first. `total` is null above 1,000, where counting would take longer than the list.
    """
    wanted = wanted_by(asked, caller)
    items, next_cursor = event_page(db, wanted, limit=asked.limit, cursor=asked.cursor)
    return Page(items=items, next_cursor=next_cursor, total=service.count_events(db, wanted))


@router.post("/cleanup", dependencies=[requires(Scope.interactions_write), heavy()])
def clean_up(rt: Rt, caller: Caller) -> CleanedUp:
    """
    Remove windows and last words that have run out and traces that are too old, and give up abandoned intents.

    The sweeper does the same every five minutes. The answer counts what was done now.
    """
    done = service.clean_up(rt.database, clock=rt.clock, actor=caller.actor)
    return CleanedUp.model_validate(done)


@router.get("/why", dependencies=_read, responses=documented(AccountNotFound, Invalid))
def why(db: ReadDb, caller: Caller, asked: Annotated[WhyQuery, Query()]) -> WhyRead:
    """Why a person was engaged or left alone: each decision with its rules, values and thresholds."""
    account = account_of_id(db, asked.account_id, caller)
    rows = service.why(
        db,
        account.id,
        asked.target,
        action=asked.action,
        before=decode_moment_cursor(asked.cursor),
        limit=asked.limit + 1,
    )
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return WhyRead(
        account_id=account.id,
        target=handle_key(asked.target),
        items=[TraceRead.model_validate(row) for row in shown],
        next_cursor=encode_cursor(shown[-1].at.isoformat(), shown[-1].id) if has_more else None,
    )
