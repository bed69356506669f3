"""What has outlived its use is taken away, a little at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.ledger.repository import clearing, windows
from retinue.capabilities.ledger.schemas import Swept
from retinue.capabilities.ledger.service.clearing import resume
from retinue.capabilities.ledger.service.settling import settle_orphans
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.foundation.clock import Clock, real
from retinue.foundation.database import Database

CHUNK = 500
STEPS = 200
_ORPHANS = 100
"""Each costs a handful of statements, and no transaction may take long."""
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
        orphans=settle_orphans(
            db, started_before=now - real(ORPHANED_AFTER), now=now, limit=min(chunk, _ORPHANS)
        ),
    )


def clean_up(
    database: Database, *, clock: Clock, steps: int = STEPS, actor: str | None = None
) -> Swept:
    """
    Sweep until nothing is left, one short transaction after the other, and go on with interrupted clearings.

    What is left after `steps` is for the next run. Safe to repeat, and to run twice at once.
    Who asked for it (`actor`) is written down first; the sweeper itself is not.
    """
    if actor is not None:
        with database.writing() as db:
            audit.record(
                db,
                actor=actor,
                action="interactions.cleanup_ordered",
                subject=("interactions", "all"),
                now=clock.now(),
            )
    resume(database)
    swept = Swept(0, 0, 0, 0)
    for _ in range(steps):
        with database.writing() as db:
            step = sweep(db, settings=settings.current(db), now=clock.now(), chunk=CHUNK)
        swept += step
        if max(step.windows, step.latest, step.traces) < CHUNK and step.orphans < _ORPHANS:
            break
    return swept
