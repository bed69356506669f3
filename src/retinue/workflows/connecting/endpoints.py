from __future__ import annotations

from typing import Annotated

from fastapi import Query, status

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.schemas import NetworkName
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Cursor,
    Db,
    Limit,
    Page,
    Principal,
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
from retinue.workflows.connecting import service
from retinue.workflows.connecting.errors import (
    ConsentRefused,
    GrantNotFound,
    NotConnectable,
    NotOnThisNetwork,
)
from retinue.workflows.connecting.schemas import (
    BASE_URL,
    ConnectWanted,
    ConsentAnswer,
    DisconnectWanted,
    GrantRead,
    InvitationRead,
    NetworkRead,
    TokensWanted,
)

RedirectUri = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=BASE_URL,
        description="Where the browser is led back to; the page of networks unless given.",
    ),
]

router = Router(prefix="/api/networks", tags=["Networks"])


@router.get("", dependencies=[requires(Scope.settings_read)])
def list_networks(db: ReadDb, rt: Rt) -> Page[NetworkRead]:
    """Every network: how it stands, and what it lets software do in an account's name."""
    items = service.networks(db, rt)
    return Page(items=items, total=len(items))


@router.post(
    "/{name}/connect",
    dependencies=[requires(Scope.settings_write)],
    responses=documented(NotConnectable, Invalid),
)
def connect(
    name: NetworkName, wanted: ConnectWanted, db: Db, rt: Rt, caller: Caller
) -> NetworkRead:
    """
    Let Retinue call the network, with an app of yours. Called again, it changes how.

    An address beyond this machine needs RETINUE_LIVE_NETWORKS=true, and ends demo mode for good.
    """
    return service.connect(db, rt, name, wanted, by=_by(caller))


@router.post(
    "/{name}/disconnect",
    dependencies=[requires(Scope.settings_write)],
    responses=documented(NotConnectable),
)
def disconnect(
    name: NetworkName, wanted: DisconnectWanted, db: Db, rt: Rt, caller: Caller
) -> NetworkRead:
    """Call the network no more; what is stored for it stays, sealed."""
    return service.disconnect(db, rt, name, wanted.reason, by=_by(caller))


@router.get("/{name}/grants", dependencies=[requires(Scope.settings_read)])
def list_grants(
    name: NetworkName, db: ReadDb, caller: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[GrantRead]:
    """The accounts that are authorised there by tokens, or were, and which need a person."""
    key = decode_cursor(cursor, int)
    items, total = service.grants(
        db,
        name,
        after=key[0] if key else None,
        limit=limit,
        account_ids=caller.account_ids,
    )
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].account_id) if len(items) == limit else None,
        total=total,
    )


@router.get(
    "/{name}/grants/{account_id}/invitation",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(AccountNotFound, NotOnThisNetwork, NotConnectable),
)
def invitation(  # noqa: PLR0917 - FastAPI calls it by name
    name: NetworkName,
    account_id: RowId,
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    redirect_uri: RedirectUri = None,
) -> InvitationRead:
    """The address at which the account's owner lets the app in; good for a quarter of an hour."""
    if caller.account_ids is not None and account_id not in caller.account_ids:
        raise AccountNotFound.named(str(account_id))
    return service.invitation(db, rt, name, account_id, redirect_uri=redirect_uri)


@router.post(
    "/{name}/grants/complete",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(
        AccountNotFound, NotOnThisNetwork, NotConnectable, ConsentRefused, Invalid
    ),
)
def complete(name: NetworkName, given: ConsentAnswer, rt: Rt, caller: Caller) -> GrantRead:
    """Fetch and keep the tokens that the owner's consent is worth. The code in it lives for half a minute."""
    return service.complete(rt, name, given, by=_by(caller))


@router.put(
    "/{name}/grants/{account_id}",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(AccountNotFound, NotOnThisNetwork, NotConnectable, Invalid),
)
def authorise(  # noqa: PLR0917 - FastAPI calls it by name
    name: NetworkName, account_id: RowId, wanted: TokensWanted, db: Db, rt: Rt, caller: Caller
) -> GrantRead:
    """Store what the account's owner has granted the app, in place of what was stored before."""
    return service.authorise(db, rt, name, account_id, wanted, by=_by(caller))


@router.delete(
    "/{name}/grants/{account_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(AccountNotFound, NotOnThisNetwork, GrantNotFound),
)
def withdraw(name: NetworkName, account_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Forget an account's tokens."""
    service.withdraw(db, rt, name, account_id, by=_by(caller))


def _by(caller: Principal) -> service.By:
    return service.By(caller.actor, caller.request_id, caller.address)
