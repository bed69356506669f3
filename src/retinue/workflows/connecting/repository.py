from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.workflows.connecting.models import AccountGrant, GrantState, NetworkConnection


def connections(db: Session) -> dict[str, NetworkConnection]:
    return {row.network: row for row in db.scalars(select(NetworkConnection))}


def connection(db: Session, network: str) -> NetworkConnection | None:
    return db.get(NetworkConnection, network)


def connection_for_change(db: Session, network: str) -> NetworkConnection | None:
    wanted = select(NetworkConnection).where(NetworkConnection.network == network)
    return db.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def accounts_by_network(db: Session) -> dict[str, int]:
    rows = db.execute(
        select(Account.network, func.count())
        .where(Account.lifecycle != Lifecycle.retired, Account.is_test.is_(False))
        .group_by(Account.network)
    )
    return {row[0]: row[1] for row in rows}


def grants_by_state(db: Session) -> dict[tuple[str, GrantState], int]:
    """Of accounts that are not retired."""
    rows = db.execute(
        select(AccountGrant.network, AccountGrant.state, func.count())
        .join(Account, Account.id == AccountGrant.account_id)
        .where(Account.lifecycle != Lifecycle.retired)
        .group_by(AccountGrant.network, AccountGrant.state)
    )
    return {(network, state): count for network, state, count in rows}


def grant(db: Session, account_id: int) -> AccountGrant | None:
    return db.get(AccountGrant, account_id)


def grant_for_change(db: Session, account_id: int) -> AccountGrant | None:
    """As it is now, and nobody else changes it meanwhile."""
    wanted = select(AccountGrant).where(AccountGrant.account_id == account_id)
    return db.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def grants_page(
    db: Session,
    network: str,
    *,
    after: int | None,
    limit: int,
    account_ids: Collection[int] | None = None,
) -> Sequence[tuple[AccountGrant, Account]]:
    """In the order of accounts."""
    wanted = (
        select(AccountGrant, Account)
        .join(Account, Account.id == AccountGrant.account_id)
        .where(*_there(network, account_ids))
        .order_by(AccountGrant.account_id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(AccountGrant.account_id > after)
    return [(grant, account) for grant, account in db.execute(wanted)]


def count_grants(db: Session, network: str, *, account_ids: Collection[int] | None = None) -> int:
    wanted = select(func.count()).select_from(AccountGrant).where(*_there(network, account_ids))
    return db.scalar(wanted) or 0


def _there(network: str, account_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    found = [AccountGrant.network == network]
    if account_ids is not None:
        found.append(AccountGrant.account_id.in_(account_ids))
    return found


def add(db: Session, row: NetworkConnection | AccountGrant) -> None:
    db.add(row)
    db.flush()


def remove(db: Session, row: AccountGrant) -> None:
    db.delete(row)
    db.flush()
