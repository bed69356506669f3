"""The account that a query or a body names, if its caller may touch it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.foundation.http import Principal


def account_or_all(db: Session, name: str | None, caller: Principal) -> Account | None:
    """None means every account, which is not for a caller that is restricted to some."""
    if name is None:
        caller.check_is_for_all_accounts()
    return account_named(db, name, caller)


def account_named(db: Session, name: str | None, caller: Principal) -> Account | None:
    if name is None:
        return None
    account = accounts.find(db, name)
    if caller.account_ids is not None and account.id not in caller.account_ids:
        # Whoever may not touch an account is not told that it exists.
        raise AccountNotFound.named(name)
    return account


def account_of_id(db: Session, account_id: int, caller: Principal) -> Account:
    if caller.account_ids is not None and account_id not in caller.account_ids:
        raise AccountNotFound.named(str(account_id))
    return accounts.get(db, account_id)
