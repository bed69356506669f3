from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.safety.models import AccountError, AccountSafety, Pause

_FRESH = {"populate_existing": True}


def of_account(db: Session, account_id: int) -> AccountSafety | None:
    return db.get(AccountSafety, account_id, populate_existing=True)


def of_account_for_change(db: Session, account_id: int) -> AccountSafety:
    """The account's row, held until the commit; made where there is none yet."""
    statement = select(AccountSafety).where(AccountSafety.account_id == account_id)
    held = statement.with_for_update().execution_options(**_FRESH)
    row = db.execute(held).scalar_one_or_none()
    if row is None:
        row = AccountSafety(
            account_id=account_id, consecutive_rate_limits=0, is_probing=False, errors_by_class={}
        )
        db.add(row)
    return row


def pauses_of(db: Session, keys: Sequence[str]) -> list[Pause]:
    return list(db.execute(select(Pause).where(Pause.key.in_(keys)).order_by(Pause.key)).scalars())


def pauses(db: Session) -> list[Pause]:
    return list(db.execute(select(Pause).order_by(Pause.key)).scalars())


def pause_named(db: Session, key: str) -> Pause | None:
    return db.get(Pause, key)


def drop_errors_beyond(db: Session, account_id: int, *, kept: int) -> None:
    """Keep the newest `kept` failures of the account."""
    statement = (
        select(AccountError.id)
        .where(AccountError.account_id == account_id)
        .order_by(AccountError.id.desc())
        .offset(kept)
        .limit(1)
    )
    newest_to_go = db.execute(statement).scalar_one_or_none()
    if newest_to_go is not None:
        db.execute(
            delete(AccountError)
            .where(AccountError.account_id == account_id, AccountError.id <= newest_to_go)
            .execution_options(synchronize_session=False)
        )


def recent_errors(db: Session, account_id: int, *, limit: int) -> list[AccountError]:
    statement = (
        select(AccountError)
        .where(AccountError.account_id == account_id)
        .order_by(AccountError.id.desc())
        .limit(limit)
    )
    return list(db.execute(statement).scalars())


def accounts_with_safety(
    db: Session, *, after_id: int, limit: int, account_ids: frozenset[int] | None
) -> list[tuple[Account, AccountSafety | None]]:
    """Accounts in use, in the order of their ids."""
    statement: Select[Account, AccountSafety] = (
        select(Account, AccountSafety)
        .outerjoin(AccountSafety, AccountSafety.account_id == Account.id)
        .where(
            Account.id > after_id,
            Account.lifecycle != Lifecycle.retired,
            Account.is_test.is_(False),
        )
        .order_by(Account.id)
        .limit(limit)
    )
    if account_ids is not None:
        statement = statement.where(Account.id.in_(sorted(account_ids)))
    return [(row[0], row[1]) for row in db.execute(statement)]
