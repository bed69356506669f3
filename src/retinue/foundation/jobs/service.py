from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.foundation.jobs.models import Job


def defer(
    db: Session,
    name: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
) -> None:
    """Have the job done after this transaction, and only if it commits."""
    db.add(Job(name=name, payload=payload, key=key, due_at=due_at or now))
