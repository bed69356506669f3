"""The account that a query or a body names, if its caller may touch it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
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
    return accounts.find(db, name, only_ids=caller.account_ids)


def account_of_id(db: Session, account_id: int, caller: Principal) -> Account:
    return accounts.get(db, account_id, only_ids=caller.account_ids)
