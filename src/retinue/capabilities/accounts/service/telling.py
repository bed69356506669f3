"""What every change of an account does besides: the revision, and the news of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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
    touch_all(db, [account], now=now)


def touch_all(db: Session, accounts: Sequence[Account], *, now: datetime) -> None:
    for account in accounts:
        account.revision += 1
        account.updated_at = now
    db.flush()
    events.publish_all(db, "account_update", [_news(account) for account in accounts], now=now)


def announce(db: Session, account: Account, *, now: datetime) -> None:
    events.publish(db, "account_update", _news(account), now=now)


def _news(account: Account) -> dict[str, Any]:
    return {
        "account_id": account.id,
        "account_no": account.account_no,
        "lifecycle": account.lifecycle.value,
        "health": account.health.value,
        "paused": account.paused_at is not None,
        "revision": account.revision,
    }
