"""What every change of an account does besides: the revision, and the news of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.foundation.events import service as events


def locked(db: Session, account_id: int) -> Account:
    """
    The account, held until the transaction ends, so that no other change is lost.

    Raises:
        AccountNotFound: there is none of this id.
    """
    account = repository.get(db, account_id, for_update=True)
    if account is None:
        raise AccountNotFound.named(str(account_id))
    return account


def touch(db: Session, account: Account, *, now: datetime) -> None:
    account.revision += 1
    account.updated_at = now
    db.flush()
    announce(db, account, now=now)


def announce(db: Session, account: Account, *, now: datetime) -> None:
    data = {
        "account_id": account.id,
        "account_no": account.account_no,
        "lifecycle": account.lifecycle.value,
        "health": account.health.value,
        "paused": account.paused_at is not None,
        "revision": account.revision,
    }
    events.publish(db, "account_update", data, now=now)
