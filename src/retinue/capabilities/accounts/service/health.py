"""What was found out about an account, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.rules import availability
from retinue.capabilities.accounts.service.telling import locked, touch


def set_health(
    db: Session,
    account_id: int,
    health: Health,
    *,
    evidence: Mapping[str, Any] | None,
    now: datetime,
) -> Account:
    """
    Note what was found out. `evidence` holds `class`, `text`, `time`, `source` and `proxy`, never a secret.

    `locked` and `suspended` need the network's own word for it (`class`); on anything
    less the account becomes `error`, which is tried again.
    """
    account = locked(db, account_id)
    shown = availability.health_shown_by(health, evidence)
    kept = None if evidence is None else {"time": now.isoformat(), **evidence}
    is_news = account.health is not shown
    account.health, account.health_evidence = shown, kept
    if is_news:
        touch(db, account, now=now)
    db.flush()
    return account


def set_network_user_id(
    db: Session, account_id: int, network_user_id: str, *, now: datetime
) -> None:
    """What a log-in has told; the same again changes nothing."""
    account = locked(db, account_id)
    if account.network_user_id != network_user_id:
        account.network_user_id = network_user_id
        touch(db, account, now=now)
