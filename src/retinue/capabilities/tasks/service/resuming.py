"""What happens to the tasks that waited for a pause when it has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.repository import waking
from retinue.capabilities.tasks.service.asking import asked

_WOKEN_AT_ONCE = 10_000


def wake_resumed(db: Session, *, now: datetime) -> int:
    """Whoever waits for the end of a pause that is over is due again, where it stood before."""
    woken = waking.wake_resumed(db, now=now, limit=_WOKEN_AT_ONCE)
    if woken:
        asked.ring_on_commit(db)
    return woken


def has_resumed(db: Session, *, now: datetime) -> bool:
    return waking.has_resumed(db, now=now)
