"""The history that existing clients know, at the root."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.endpoints.accounts_asked import account_named, account_or_all
from retinue.capabilities.ledger.endpoints.event_pages import event_page
from retinue.capabilities.ledger.schemas import ByHand, EventFilter
from retinue.capabilities.ledger.schemas.wire import (
    DailyStatsRead,
    EventRead,
    FiltersSave,
    HistoryQuery,
    InteractionSave,
    LimitsRead,
)
from retinue.capabilities.safety import service as safety
from retinue.capabilities.settings import service as settings
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    ReadDb,
    Router,
    Rt,
    Scope,
    Success,
    documented,
    requires,
)

router = Router(tags=["Interactions"])

_read = [requires(Scope.interactions_read)]
_write = [requires(Scope.interactions_write)]
_write_own = [requires(Scope.interactions_write, is_for_restricted=True)]
AccountName = Annotated[
    str | None,
    Query(
        min_length=1, max_length=255, description="Login, or `account_no` where it is not unique."
    ),
]


@router.post(
    "/save_interaction", dependencies=_write_own, responses=documented(AccountNotFound, Invalid)
)
def save_interaction(body: InteractionSave, db: Db, rt: Rt, caller: Caller) -> Success:
    """Record an interaction by hand. It blocks nobody and uses up no limit."""
    service.save(
        db,
        ByHand(
            username=body.username,
            action=body.action,
            ts=body.timestamp,
            status=body.status,
            details=body.metadata,
        ),
        account=account_or_all(db, body.account, caller),
        actor=caller.actor,
        now=rt.clock.now(),
    )
    return Success(message="Interaction saved")


@router.get("/get_interactions", dependencies=_read, responses=documented(AccountNotFound, Invalid))
def get_interactions(
    response: Response, db: ReadDb, caller: Caller, asked: Annotated[HistoryQuery, Query()]
) -> list[EventRead]:
    """
    The visible history, newest first. Without `action` the saved filters apply.

    Where there is more, the `Link` header leads to the next page.
    """
    found = account_named(db, asked.account, caller)
    wanted = EventFilter(
        account_id=found.id if found else None,
        account_ids=caller.account_ids,
        actions=(asked.action,) if asked.action is not None else tuple(service.filters(db)),
        since=asked.since,
        until=asked.until,
        visible_only=True,
    )
    items, next_cursor = event_page(db, wanted, limit=asked.limit, cursor=asked.cursor)
    if next_cursor is not None:
        query = asked.model_dump(mode="json", exclude_none=True)
        link = urlencode({**query, "cursor": next_cursor})
        response.headers["Link"] = f'</get_interactions?{link}>; rel="next"'
    return items


@router.delete("/clear_history", dependencies=_write_own, responses=documented(AccountNotFound))
def clear_history(rt: Rt, caller: Caller, account: AccountName = None) -> Success:
    """
    Begin the visible history anew, and let its people be engaged again.

    Whoever has an open or unknown act stays taken. The events are kept for the audit.
    """
    with rt.database.reading() as db:
        found = account_or_all(db, account, caller)
    service.clear(
        rt.database,
        found,
        actor=caller.actor,
        now=rt.clock.now(),
        request_id=caller.request_id,
    )
    return Success(message="History cleared")


@router.post("/save_history_filters", dependencies=_write, responses=documented(Invalid))
def save_history_filters(body: FiltersSave, db: Db, rt: Rt, caller: Caller) -> Success:
    """Choose the actions that the history shows when none are asked for; an empty list shows all."""
    service.save_filters(db, body.filters, actor=caller.actor, now=rt.clock.now())
    return Success(message="Filters saved")


@router.get("/get_history_filters", dependencies=_read)
def get_history_filters(db: ReadDb) -> list[str]:
    return service.filters(db)


@router.get("/interaction_limits", dependencies=_read, responses=documented(AccountNotFound))
def interaction_limits(
    db: ReadDb, rt: Rt, caller: Caller, account: AccountName = None
) -> LimitsRead:
    """Limits of every action and their use, for one account or for all together."""
    found = account_or_all(db, account, caller)
    in_force, now = settings.current(db), rt.clock.now()
    step = safety.ramp_step_of(db, found, settings=in_force, now=now) if found else None
    shown = service.limits(db, found.id if found else None, settings=in_force, now=now, step=step)
    return LimitsRead(account=found.login if found else None, limits=shown)


@router.get("/daily_stats", dependencies=_read, responses=documented(AccountNotFound, Invalid))
def daily_stats(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    account: AccountName = None,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> DailyStatsRead:
    """Counts and success rates per day (UTC) and action, today first; without `account` of all together."""
    found = account_named(db, account, caller)
    shown = service.daily(
        db,
        account_id=found.id if found else None,
        accounts=caller.account_ids,
        days=days,
        now=rt.clock.now(),
    )
    return DailyStatsRead(account=found.login if found else None, days=shown)
