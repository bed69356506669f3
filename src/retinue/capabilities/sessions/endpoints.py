"""Root paths that show sessions and end one. What starts one lives with the engagement, which knows the networks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.sessions import service
from retinue.capabilities.sessions.errors import (
    AgentSilent,
    NotRunning,
    SessionNotFound,
)
from retinue.capabilities.sessions.schemas import (
    AccountName,
    SampleRead,
    SessionEventRead,
    SessionFilter,
    SessionQuery,
    SessionRead,
    SessionStopped,
    StatsRead,
    StatusRead,
)
from retinue.foundation.http import (
    Caller,
    Cursor,
    Limit,
    Page,
    Principal,
    ReadDb,
    RecordId,
    Router,
    Rt,
    Scope,
    decode_cursor,
    decode_moment_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(tags=["Sessions"])

_reads = [requires(Scope.sessions_read)]
_controls = [requires(Scope.sessions_control, is_for_restricted=True)]

AccountQuery = Annotated[
    str,
    Query(
        min_length=1,
        max_length=255,
        description="Login, or account_no where it is not unique.",
        examples=["test_account"],
    ),
]


@router.post(
    "/stop_session",
    dependencies=_controls,
    responses=documented(AccountNotFound, NotRunning, AgentSilent),
)
def stop_session(body: AccountName, rt: Rt, caller: Caller) -> SessionStopped:
    """Ask the account's session to end. The answer comes once its processes are known to be gone."""
    with rt.database.reading() as db:
        account = visible(db, body.account, caller)
    # No transaction is held while the process ends, which takes seconds.
    session = service.stop(rt, account.id, requested_by=caller.actor)
    return SessionStopped(session_id=session.id, account=account.login)


@router.get("/session_status", dependencies=_reads, responses=documented(AccountNotFound))
def session_status(account: AccountQuery, db: ReadDb, rt: Rt, caller: Caller) -> StatusRead:
    """How the account's session stands; `stopped` and nulls where it never had one."""
    return service.status(db, visible(db, account, caller), now=rt.clock.now())


@router.get("/bot_stats", dependencies=_reads, responses=documented(AccountNotFound))
def bot_stats(account: AccountQuery, db: ReadDb, rt: Rt, caller: Caller) -> StatsRead:
    """The account's last 24 hours in numbers, and how much its sessions use."""
    return service.stats(db, visible(db, account, caller), now=rt.clock.now())


@router.get("/sessions", dependencies=_reads, responses=documented(AccountNotFound))
def list_sessions(
    db: ReadDb, caller: Caller, query: Annotated[SessionQuery, Query()]
) -> Page[SessionRead]:
    """All sessions, the newest first. They are kept over restarts."""
    key = decode_cursor(query.cursor, str)
    wanted = SessionFilter(
        account_id=None if query.account is None else visible(db, query.account, caller).id,
        account_ids=caller.account_ids,
        statuses=tuple(query.status),
        since=query.since,
        until=query.until,
    )
    before = key[0] if key else None
    items, total = service.page(db, wanted, before_id=before, limit=query.limit + 1)
    shown = items[: query.limit]
    following = encode_cursor(shown[-1].id) if len(items) > query.limit else None
    return Page(items=shown, next_cursor=following, total=total)


@router.get("/sessions/{session_id}", dependencies=_reads, responses=documented(SessionNotFound))
def one_session(session_id: RecordId, db: ReadDb, caller: Caller) -> SessionRead:
    """One session as it stands, or as it ended."""
    return _visible_session(db, session_id, caller)


@router.get(
    "/sessions/{session_id}/events", dependencies=_reads, responses=documented(SessionNotFound)
)
def session_events(
    session_id: RecordId, db: ReadDb, caller: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[SessionEventRead]:
    """What the session has done, the newest first."""
    _visible_session(db, session_id, caller)
    before = decode_moment_cursor(cursor)
    rows = service.events_page(db, session_id, before=before, limit=limit + 1)
    shown = [_read_event(row) for row in rows[:limit]]
    following = encode_cursor(shown[-1].ts.isoformat(), shown[-1].id) if len(rows) > limit else None
    return Page(items=shown, next_cursor=following)


@router.get(
    "/sessions/{session_id}/samples", dependencies=_reads, responses=documented(SessionNotFound)
)
def session_samples(
    session_id: RecordId,
    db: ReadDb,
    caller: Caller,
    limit: Annotated[int, Query(ge=2, le=1000, description="How many points at most.")] = 240,
) -> Page[SampleRead]:
    """CPU and memory of the session's processes over time, the oldest first. They are kept for two days."""
    _visible_session(db, session_id, caller)
    return Page(items=service.samples(db, session_id, most=limit))


def _read_event(row: Row[Any]) -> SessionEventRead:
    fields = row._mapping  # noqa: SLF001 - the public name of a row's columns by name
    named = {"account": fields["login"]}
    shown = {name: fields[name] for name in SessionEventRead.model_fields if name not in named}
    return SessionEventRead(**shown, **named)


def visible(db: Session, name: str, caller: Principal) -> Account:
    """The account, where the caller may know of it. Whoever may not is told that there is none."""
    return accounts.find(db, name, only_ids=caller.account_ids)


def _visible_session(db: Session, session_id: str, caller: Principal) -> SessionRead:
    session = service.get(db, session_id)
    if caller.account_ids is not None and session.account_id not in caller.account_ids:
        raise SessionNotFound(
            f"session_id: there is no session {session_id[:64]}; `GET /sessions` lists them."
        )
    return service.read(session, accounts.get(db, session.account_id))
