"""What has outlived its use is taken away, a little at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.ledger.repository import clearing, windows
from retinue.capabilities.ledger.schemas import Swept
from retinue.capabilities.ledger.service.settling import settle_orphans
from retinue.capabilities.settings.schemas import RuntimeSettings

CHUNK = 500
ORPHANED_AFTER = timedelta(minutes=5)
"""Longer than any act may take: an intent this old with no lease behind it has no process either."""


def sweep(db: Session, *, settings: RuntimeSettings, now: datetime, chunk: int = CHUNK) -> Swept:
    """
    One step: up to `chunk` rows of each kind. Call it again while a full chunk was found.

    Windows and last words that have run out go, and traces older than the setting. Open intents
    that nobody can settle any more become `unknown`.
    """
    connection = db.connection()
    return Swept(
        windows=windows.sweep(connection, now=now, chunk=chunk),
        latest=clearing.sweep_latest(connection, now=now, chunk=chunk),
        traces=clearing.sweep_traces(
            connection, before=now - timedelta(days=settings.trace_days), chunk=chunk
        ),
        orphans=settle_orphans(db, started_before=now - ORPHANED_AFTER, now=now, limit=chunk),
    )
