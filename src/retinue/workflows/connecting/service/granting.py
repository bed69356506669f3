"""The tokens that an account's owner has granted: stored sealed, listed without themselves, withdrawn."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import NetworkName
from retinue.capabilities.audit import service as audit
from retinue.foundation.errors import Invalid
from retinue.foundation.events import service as events
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.connecting import repository
from retinue.workflows.connecting.errors import GrantNotFound, NotConnectable, NotOnThisNetwork
from retinue.workflows.connecting.models import AccountGrant, GrantState
from retinue.workflows.connecting.schemas import GrantRead, TokensWanted
from retinue.workflows.connecting.service.deciding import By
from retinue.workflows.connecting.service.showing import X

TABLE = "account_grants"
_USUAL_SECONDS = 7200


def authorise(
    db: Session,
    runtime: Runtime,
    name: NetworkName,
    account_id: int,
    wanted: TokensWanted,
    *,
    by: By,
) -> GrantRead:
    """
    Store tokens in place of those before. That ends every doubt about them.

    Raises:
        AccountNotFound: there is no such account.
        NotOnThisNetwork: the account belongs elsewhere, or the network takes no tokens.
        NotConnectable: it has never been connected, so there is no app that they could be for.
        Invalid: no token is given.
    """
    account = account_there(db, name, account_id)
    if wanted.access_token is None and wanted.refresh_token is None:
        raise Invalid.field(
            "refresh_token", "is missing; give it, or an access_token that is still good"
        )
    connection = repository.connection(db, name)
    if connection is None:
        message = f"{name}: tokens belong to an app; connect the network first, then store them."
        raise NotConnectable(message, network=name)
    now = runtime.clock.now()
    row = repository.grant_for_change(db, account_id)
    if row is None:
        row = AccountGrant(account_id=account_id, network=name, generation=0)
        db.add(row)
    texts = {
        "access_token": wanted.access_token.get_secret_value() if wanted.access_token else None,
        "refresh_token": wanted.refresh_token.get_secret_value() if wanted.refresh_token else None,
    }
    put_tokens(runtime.sealer, account.uid, row, **texts)
    seconds = wanted.expires_in or _USUAL_SECONDS
    # Without an access token the first call asks for one.
    row.expires_at = now + timedelta(seconds=seconds) if texts["access_token"] else now
    row.scope = wanted.scope
    row.base_url, row.client_id = connection.base_url, connection.client_id
    row.state, row.trouble = GrantState.ready, None
    row.renewing_by = row.renewing_since = row.renewed_at = None
    row.granted_by, row.granted_at = by.actor[:190], now
    db.flush()
    _tell(db, row, account, "authorised", by=by, runtime=runtime)
    return _read(row, account)


def withdraw(db: Session, runtime: Runtime, name: NetworkName, account_id: int, *, by: By) -> None:
    """
    Forget an account's tokens here. What the network has granted is withdrawn there, by its owner.

    Raises:
        AccountNotFound, NotOnThisNetwork: as `authorise`.
        GrantNotFound: there are none.
    """
    account = account_there(db, name, account_id)
    row = repository.grant_for_change(db, account_id)
    if row is None:
        raise GrantNotFound(f"Account {account.account_no} is not authorised on {name}.")
    repository.remove(db, row)
    _tell(db, row, account, "withdrawn", by=by, runtime=runtime)


def grants(
    db: Session,
    name: NetworkName,
    *,
    after: int | None,
    limit: int,
    account_ids: frozenset[int] | None = None,
) -> tuple[list[GrantRead], int]:
    """A page of accounts that are, or were, authorised; and how many there are. Of these accounts only, or of all."""
    rows = repository.grants_page(db, name, after=after, limit=limit, account_ids=account_ids)
    total = repository.count_grants(db, name, account_ids=account_ids)
    return [_read(grant, account) for grant, account in rows], total


def put_tokens(
    sealer: Sealer,
    uid: str,
    row: AccountGrant,
    *,
    access_token: str | None,
    refresh_token: str | None,
) -> None:
    """A pair in place of the one before, which nobody opens any more."""
    row.access_token = _sealed(sealer, uid, "access_token", access_token)
    row.refresh_token = _sealed(sealer, uid, "refresh_token", refresh_token)
    row.generation = row.generation + 1


def open_token(sealer: Sealer, uid: str, column: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return sealer.open(sealed, table=TABLE, row=uid, column=column)


def _sealed(sealer: Sealer, uid: str, column: str, text: str | None) -> bytes | None:
    return None if text is None else sealer.seal(text, table=TABLE, row=uid, column=column)


def account_there(db: Session, name: NetworkName, account_id: int) -> Account:
    """
    Raises:
        AccountNotFound, NotOnThisNetwork: as `authorise`.
    """
    if name != X:
        message = f"{name}: its accounts are not opened by tokens; store their credentials instead."
        raise NotOnThisNetwork(message, network=name)
    account = accounts.get(db, account_id)
    if account.network != name:
        message = f"Account {account.account_no} is on {account.network}, not on {name}."
        raise NotOnThisNetwork(message, network=account.network)
    return account


def _tell(
    db: Session, row: AccountGrant, account: Account, verb: str, *, by: By, runtime: Runtime
) -> None:
    now = runtime.clock.now()
    told = {"network": row.network, "account_id": account.id, "account_no": account.account_no}
    events.publish(db, "network_update", told, now=now)
    audit.record(
        db,
        actor=by.actor,
        action=f"networks.{verb}",
        subject=("account", str(account.id)),
        now=now,
        after={"network": row.network, "refresh_token": row.refresh_token is not None},
        request_id=by.request_id,
        address=by.address,
    )


def _read(row: AccountGrant, account: Account) -> GrantRead:
    return GrantRead(
        account_id=account.id,
        account_no=account.account_no,
        login=account.login,
        state=row.state,
        has_access_token=row.access_token is not None,
        has_refresh_token=row.refresh_token is not None,
        expires_at=row.expires_at,
        scope=row.scope,
        trouble=row.trouble,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        renewed_at=row.renewed_at,
    )
