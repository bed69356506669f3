from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Path, Query, status
from pydantic import Field
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.errors import (
    ChangeDecided,
    ChangeNotFound,
    ProxyExists,
    ProxyInUse,
    ProxyNotFound,
)
from retinue.capabilities.proxies.models import OPEN_CHANGES, ChangeState, Proxy
from retinue.capabilities.proxies.schemas import (
    ChangeDecision,
    ChangePropose,
    PlannedChangeRead,
    PoolChange,
    ProxyChange,
    ProxyCheckRead,
    ProxyCreate,
    ProxyDetail,
    ProxyPoolRead,
    ProxyQuery,
    ProxyRead,
)
from retinue.capabilities.tasks.errors import TypeNotRunnable
from retinue.foundation.http import (
    Caller,
    Cursor,
    Db,
    Limit,
    Page,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)
from retinue.foundation.runtime import Runtime
from retinue.workflows.proxy_watch import service
from retinue.workflows.proxy_watch.schemas import ChecksOrdered, ChecksWanted

router = Router(prefix="/api/proxies", tags=["Proxies"])

_SHOWN_CHECKS = 50
_SHOWN_CHANGES = 20


class ListQuery(ProxyQuery):
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, max_length=500)


class Edge:
    """Who asks, and what answers."""

    def __init__(self, caller: Caller, runtime: Rt) -> None:
        self.actor = caller.actor
        self.runtime = runtime
        self.now = runtime.clock.now()


At = Annotated[Edge, Depends()]
PoolName = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("", dependencies=[requires(Scope.accounts_read)])
def list_proxies(query: Annotated[ListQuery, Query()], db: ReadDb, rt: Rt) -> Page[ProxyRead]:
    """The proxies, without their passwords."""
    after = decode_cursor(query.cursor, int)
    rows, total = proxies.page(
        db,
        query.filter(),
        now=rt.clock.now(),
        after=after[0] if after else None,
        limit=query.limit,
    )
    return Page(
        items=_shown(db, rt, rows),
        next_cursor=encode_cursor(rows[-1].id) if len(rows) == query.limit else None,
        total=total,
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyExists),
)
def add_proxy(wanted: ProxyCreate, db: Db, at: At) -> ProxyRead:
    """Store a proxy, its password sealed. Accounts are bound to it by `PATCH /api/accounts/{id}`."""
    added = proxies.add(db, at.runtime.sealer, wanted, actor=at.actor, now=at.now)
    return proxies.shown(added, accounts=0, now=at.now)


@router.post(
    "/check",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound, TypeNotRunnable),
)
def check_proxies(wanted: ChecksWanted, at: At) -> ChecksOrdered:
    """Put a check of each into the queue; `batch_ids` say where to follow it."""
    return service.order_checks(at.runtime, wanted, actor=at.actor)


@router.get("/pools", dependencies=[requires(Scope.accounts_read)])
def list_pools(db: ReadDb) -> list[ProxyPoolRead]:
    """The pools that proxies name, by name: what is up, how much room there is, and what happens when one is down."""
    return proxies.pools(db, accounts.counts_by_proxy(db, proxies.ids_in_pools(db)))


@router.put("/pools/{pool}", dependencies=[requires(Scope.accounts_write)])
def set_policy(pool: PoolName, wanted: PoolChange, db: Db, at: At) -> ProxyPoolRead:
    """What happens to accounts of a proxy of this pool that is down."""
    proxies.set_policy(db, pool, wanted.policy, actor=at.actor, now=at.now)
    return next(one for one in list_pools(db) if one.pool == pool)


@router.get("/changes", dependencies=[requires(Scope.accounts_read)])
def list_changes(
    *,
    db: ReadDb,
    caller: Caller,
    state: Annotated[list[ChangeState], Query(description="May be repeated.")] = [],  # noqa: B006 - never changed
    proxy: Annotated[int | None, Query(ge=1, lt=2**63, description="Away from this one.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PlannedChangeRead]:
    """Planned changes of the way out, the newest first."""
    caller.check_is_for_all_accounts()
    before = decode_cursor(cursor, int)
    rows = proxies.changes(
        db, states=state, proxy_id=proxy, before=before[0] if before else None, limit=limit
    )
    return Page(
        items=[PlannedChangeRead.model_validate(row) for row in rows],
        next_cursor=encode_cursor(rows[-1].id) if len(rows) == limit else None,
    )


@router.get(
    "/changes/{change_id}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(ChangeNotFound),
)
def read_change(change_id: RowId, db: ReadDb, caller: Caller) -> PlannedChangeRead:
    """How far it is."""
    caller.check_is_for_all_accounts()
    return PlannedChangeRead.model_validate(proxies.get_change(db, change_id))


@router.post(
    "/changes/{change_id}/approve",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ChangeNotFound, ChangeDecided),
)
def approve_change(
    change_id: RowId, db: Db, at: At, wanted: ChangeDecision | None = None
) -> PlannedChangeRead:
    """Let it be carried out: each account is moved while nothing works with it."""
    return _decided(db, change_id, wanted, at, is_approved=True)


@router.post(
    "/changes/{change_id}/refuse",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ChangeNotFound, ChangeDecided),
)
def refuse_change(
    change_id: RowId, db: Db, at: At, wanted: ChangeDecision | None = None
) -> PlannedChangeRead:
    """Leave the accounts where they are. While the proxy stays down, that is not proposed again."""
    return _decided(db, change_id, wanted, at, is_approved=False)


@router.get(
    "/{proxy_id}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(ProxyNotFound),
)
def read_proxy(proxy_id: RowId, db: ReadDb, rt: Rt, caller: Caller) -> ProxyDetail:
    """One proxy, with its last checks and, for whoever may see all accounts, the changes that are open."""
    proxy = proxies.get(db, proxy_id)
    changes = (
        proxies.changes(db, states=OPEN_CHANGES, proxy_id=proxy_id, limit=_SHOWN_CHANGES)
        if caller.account_ids is None
        else ()
    )
    checks = proxies.checks_of(db, proxy_id, limit=_SHOWN_CHECKS)
    return ProxyDetail(
        **_shown(db, rt, [proxy])[0].model_dump(),
        checks=[ProxyCheckRead.model_validate(one) for one in checks],
        changes=[PlannedChangeRead.model_validate(one) for one in changes],
    )


@router.get(
    "/{proxy_id}/checks",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(ProxyNotFound),
)
def list_checks(
    proxy_id: RowId, db: ReadDb, limit: Limit = 50, cursor: Cursor = None
) -> Page[ProxyCheckRead]:
    """What its checks have shown, the newest first."""
    proxies.get(db, proxy_id)
    before = decode_cursor(cursor, int)
    rows = proxies.checks_of(db, proxy_id, before=before[0] if before else None, limit=limit)
    return Page(
        items=[ProxyCheckRead.model_validate(row) for row in rows],
        next_cursor=encode_cursor(rows[-1].id) if len(rows) == limit else None,
    )


@router.patch(
    "/{proxy_id}",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound),
)
def change_proxy(proxy_id: RowId, wanted: ProxyChange, db: Db, at: At) -> ProxyRead:
    """Change what was sent. Another address is another proxy; `password: null` takes the password away."""
    changed = proxies.change(db, at.runtime.sealer, proxy_id, wanted, actor=at.actor, now=at.now)
    return _shown(db, at.runtime, [changed])[0]


@router.post(
    "/{proxy_id}/change",
    status_code=status.HTTP_201_CREATED,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound),
)
def propose_change(proxy_id: RowId, wanted: ChangePropose, db: Db, at: At) -> PlannedChangeRead:
    """
    Propose that accounts of this proxy go out another way. It waits in the inbox until somebody has
    approved it.
    """
    return PlannedChangeRead.model_validate(
        service.plan(db, proxy_id, wanted, actor=at.actor, now=at.now)
    )


@router.delete(
    "/{proxy_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound, ProxyInUse),
)
def remove_proxy(proxy_id: RowId, db: Db, at: At) -> None:
    """Remove a proxy that no account is bound to. Changes that lead away from it, or to it, are withdrawn."""
    service.remove(db, proxy_id, actor=at.actor, now=at.now)


def _decided(
    db: Session, change_id: int, wanted: ChangeDecision | None, at: Edge, *, is_approved: bool
) -> PlannedChangeRead:
    change = proxies.decide(
        db,
        change_id,
        is_approved=is_approved,
        actor=at.actor,
        now=at.now,
        reason=wanted.reason if wanted else None,
    )
    return PlannedChangeRead.model_validate(change)


def _shown(db: Session, runtime: Runtime, rows: Sequence[Proxy]) -> list[ProxyRead]:
    bound = accounts.counts_by_proxy(db, [row.id for row in rows]) if rows else {}
    now = runtime.clock.now()
    return [proxies.shown(row, accounts=bound.get(row.id, 0), now=now) for row in rows]
