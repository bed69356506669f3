"""Where an account stands in being validated, and the news of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, ValidationStatus
from retinue.capabilities.accounts.service.telling import locked
from retinue.foundation.events import service as events

_ENDED = frozenset({ValidationStatus.completed, ValidationStatus.failed})
_LONGEST = 500


def set_validation(
    db: Session,
    account_id: int,
    status: ValidationStatus,
    *,
    message: str,
    now: datetime,
    error: dict[str, Any] | None = None,
) -> Account:
    """
    Note it and tell everybody who watches. `message` and `error` never hold a secret.

    The revision stays: nobody's edit is lost because a check went by.
    """
    account = locked(db, account_id)
    account.validation_status = status
    if status in _ENDED:
        account.last_validated_at = now
    told = {
        "account_id": account.id,
        "account_no": account.account_no,
        "status": status.value,
        "message": message[:_LONGEST],
        "health": account.health.value,
        "timestamp": now.isoformat(),
    }
    db.flush()
    events.publish(
        db, "validation_update", told if error is None else {**told, "error": error}, now=now
    )
    return account
