"""Two routers: the ledger under `/api`, and the history that existing clients know, at the root."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.rules import handle_key
from retinue.capabilities.ledger.schemas import ByHand, EventFilter
from retinue.capabilities.ledger.schemas.wire import (
    CheckedRead,
    CheckRead,
    CheckRequest,
    DailyStatsRead,
    EventQuery,
    EventRead,
    FiltersSave,
    HistoryQuery,
    InteractionSave,
    LimitsRead,
    TraceRead,
    WhyQuery,
    WhyRead,
)
from retinue.capabilities.settings import service as settings
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    Principal,
    ReadDb,
    Rt,
    Scope,
    Success,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

ledger = APIRouter(prefix="/api/interactions", tags=["Interactions"])
history = APIRouter(tags=["Interactions"])

_read = [requires(Scope.interactions_read)]
_write = [requires(Scope.interactions_write)]
AccountName = Annotated[
    str | None,
    Query(
        min_length=1, max_length=255, description="Login, or `account_no` where it is not unique."
    ),
]


@ledger.post("/check", dependencies=_read, responses=documented(AccountNotFound, Invalid))
def check(body: CheckRequest, db: ReadDb, rt: Rt, caller: Caller) -> CheckRead:
    """
    Say for up to 10,000 people whether the account may act on them, and if not, why and until when.

    A yes is no promise: the right to act is taken at the moment of the act.
    """
    account = _account_of_id(db, body.account_id, caller)
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


@ledger.get("/events", dependencies=_read, responses=documented(Invalid))
def list_events(
    db: ReadDb, caller: Caller, asked: Annotated[EventQuery, Query()]
) -> Page[EventRead]:
    """
    The ledger's events, newest first. `total` is null above 10,000, where counting would take longer than the list.
    """
    wanted = EventFilter(
        account_id=asked.account_id,
        account_ids=caller.account_ids,
        target=handle_key(asked.target) if asked.target is not None else None,
        actions=(asked.action,) if asked.action is not None else (),
        status=asked.status,
        since=asked.since,
        until=asked.until,
        session_id=asked.session_id,
        task_id=asked.task_id,
    )
    items, next_cursor = _events(db, wanted, limit=asked.limit, cursor=asked.cursor)
    return Page(items=items, next_cursor=next_cursor, total=service.count_events(db, wanted))


@ledger.get("/why", dependencies=_read, responses=documented(AccountNotFound, Invalid))
def why(db: ReadDb, caller: Caller, asked: Annotated[WhyQuery, Query()]) -> WhyRead:
    """Why a person was engaged or left alone: each decision with its rules, values and thresholds."""
    account = _account_of_id(db, asked.account_id, caller)
    rows = service.why(
        db,
        account.id,
        asked.target,
        action=asked.action,
        before=_position(asked.cursor),
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


@history.post(
    "/save_interaction", dependencies=_write, responses=documented(AccountNotFound, Invalid)
)
def save_interaction(body: InteractionSave, db: Db, caller: Caller) -> Success:
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
        account=_account_or_all(db, body.account, caller),
    )
    return Success(message="Interaction saved")


@history.get(
    "/get_interactions", dependencies=_read, responses=documented(AccountNotFound, Invalid)
)
def get_interactions(
    response: Response, db: ReadDb, caller: Caller, asked: Annotated[HistoryQuery, Query()]
) -> list[EventRead]:
    """
    The visible history, newest first. Without `action` the saved filters apply.

    Where there is more, the `Link` header leads to the next page.
    """
    found = _account_named(db, asked.account, caller)
    wanted = EventFilter(
        account_id=found.id if found else None,
        account_ids=caller.account_ids,
        actions=(asked.action,) if asked.action is not None else tuple(service.filters(db)),
        since=asked.since,
        until=asked.until,
        visible_only=True,
    )
    items, next_cursor = _events(db, wanted, limit=asked.limit, cursor=asked.cursor)
    if next_cursor is not None:
        query = asked.model_dump(mode="json", exclude_none=True)
        link = urlencode({**query, "cursor": next_cursor})
        response.headers["Link"] = f'</get_interactions?{link}>; rel="next"'
    return items


@history.delete("/clear_history", dependencies=_write, responses=documented(AccountNotFound))
def clear_history(db: Db, rt: Rt, caller: Caller, account: AccountName = None) -> Success:
    """
    Begin the visible history anew, and let its people be engaged again.

    Whoever has an open or unknown act stays taken. The events are kept for the audit.
    """
    found = _account_or_all(db, account, caller)
    service.clear(db, found, actor=caller.actor, now=rt.clock.now(), request_id=caller.request_id)
    return Success(message="History cleared")


@history.post("/save_history_filters", dependencies=_write, responses=documented(Invalid))
def save_history_filters(body: FiltersSave, db: Db, caller: Caller) -> Success:
    """Choose the actions that the history shows when none are asked for; an empty list shows all."""
    caller.check_is_for_all_accounts()
    service.save_filters(db, body.filters)
    return Success(message="Filters saved")


@history.get("/get_history_filters", dependencies=_read)
def get_history_filters(db: ReadDb) -> list[str]:
    return service.filters(db)


@history.get("/interaction_limits", dependencies=_read, responses=documented(AccountNotFound))
def interaction_limits(
    db: ReadDb, rt: Rt, caller: Caller, account: AccountName = None
) -> LimitsRead:
    """Limits of every action and their use, for one account or for all together."""
    found = _account_or_all(db, account, caller)
    shown = service.limits(
        db, found.id if found else None, settings=settings.current(db), now=rt.clock.now()
    )
    return LimitsRead(account=found.login if found else None, limits=shown)


@history.get("/daily_stats", dependencies=_read, responses=documented(AccountNotFound, Invalid))
def daily_stats(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    account: AccountName = None,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> DailyStatsRead:
    """Counts and success rates per day (UTC) and action, today first; without `account` of all together."""
    found = _account_named(db, account, caller)
    shown = service.daily(
        db,
        account_id=found.id if found else None,
        accounts=caller.account_ids,
        days=days,
        now=rt.clock.now(),
    )
    return DailyStatsRead(account=found.login if found else None, days=shown)


def _events(
    db: Session, wanted: EventFilter, *, limit: int, cursor: str | None
) -> tuple[list[EventRead], str | None]:
    before = _position(cursor)
    rows = service.events(db, wanted, before=before, limit=limit + 1)
    shown = rows[:limit]
    items = [_read_event(row) for row in shown]
    if len(rows) <= limit:
        return items, None
    return items, encode_cursor(shown[-1].ts.isoformat(), shown[-1].id)


def _position(cursor: str | None) -> tuple[datetime, int] | None:
    key = decode_cursor(cursor, str, int)
    if key is None:
        return None
    text, event_id = key
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 0 <= event_id < 2**63:
        raise Invalid.field(
            "cursor", "is not a cursor of this list; take `next_cursor` as it was given"
        )
    return at, event_id


def _read_event(row: Row[Any]) -> EventRead:
    fields = row._mapping  # noqa: SLF001 - the public name of a row's columns by name
    shown = {
        name: fields[name] for name in EventRead.model_fields if name not in {"account", "metadata"}
    }
    return EventRead(**shown, account=fields["login"], metadata=fields["metadata"])


def _account_or_all(db: Session, name: str | None, caller: Principal) -> Account | None:
    """None means every account, which is not for a caller that is restricted to some."""
    if name is None:
        caller.check_is_for_all_accounts()
    return _account_named(db, name, caller)


def _account_named(db: Session, name: str | None, caller: Principal) -> Account | None:
    if name is None:
        return None
    account = accounts.find(db, name)
    if caller.account_ids is not None and account.id not in caller.account_ids:
        # Whoever may not touch an account is not told that it exists.
        raise AccountNotFound.named(name)
    return account


def _account_of_id(db: Session, account_id: int, caller: Principal) -> Account:
    if caller.account_ids is not None and account_id not in caller.account_ids:
        raise AccountNotFound.named(str(account_id))
    return accounts.get(db, account_id)


router = APIRouter()
router.include_router(history)
router.include_router(ledger)
