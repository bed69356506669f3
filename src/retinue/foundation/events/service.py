from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.foundation.events.models import Event


def publish(db: Session, type: str, data: dict[str, Any], *, now: datetime) -> None:  # noqa: A002 - the word of the contract
    """Tell what happened once the transaction of `db` is durable. `data` never holds a secret."""
    db.add(Event(type=type, data=data, at=now))
