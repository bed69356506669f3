from __future__ import annotations

from fastapi import status

from retinue.capabilities.proxies import service
from retinue.capabilities.proxies.errors import ProxyExists, ProxyInUse, ProxyNotFound
from retinue.capabilities.proxies.schemas import ProxyChange, ProxyCreate, ProxyRead
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

router = Router(prefix="/api/proxies", tags=["Proxies"])


@router.get("", dependencies=[requires(Scope.accounts_read)])
def list_proxies(db: ReadDb, limit: Limit = 50, cursor: Cursor = None) -> Page[ProxyRead]:
    """The proxies, without their passwords."""
    after = decode_cursor(cursor, int)
    rows, total = service.page(db, after=after[0] if after else None, limit=limit)
    return Page(
        items=[ProxyRead.of(row) for row in rows],
        next_cursor=encode_cursor(rows[-1].id) if len(rows) == limit else None,
        total=total,
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyExists),
)
def add_proxy(wanted: ProxyCreate, db: Db, rt: Rt, caller: Caller) -> ProxyRead:
    """Store a proxy, its password sealed. Accounts are bound to it by `PATCH /api/accounts/{id}`."""
    added = service.add(db, rt.sealer, wanted, actor=caller.actor, now=rt.clock.now())
    return ProxyRead.of(added)


@router.get(
    "/{proxy_id}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(ProxyNotFound),
)
def read_proxy(proxy_id: RowId, db: ReadDb) -> ProxyRead:
    return ProxyRead.of(service.get(db, proxy_id))


@router.patch(
    "/{proxy_id}",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound),
)
def change_proxy(proxy_id: RowId, wanted: ProxyChange, db: Db, rt: Rt, caller: Caller) -> ProxyRead:
    """Give it another password, or none. Another address is another proxy."""
    actor, now = caller.actor, rt.clock.now()
    return ProxyRead.of(service.change(db, rt.sealer, proxy_id, wanted, actor=actor, now=now))


@router.delete(
    "/{proxy_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound, ProxyInUse),
)
def remove_proxy(proxy_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Remove a proxy that no account is bound to."""
    service.remove(db, proxy_id, actor=caller.actor, now=rt.clock.now())
