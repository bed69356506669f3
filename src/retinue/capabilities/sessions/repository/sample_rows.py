"""What a session's processes took of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from retinue.capabilities.sessions.models import (
    EngagementSession,
    SessionSample,
)
from retinue.foundation.database.rows import changed

_FRESH = {"populate_existing": True}


def samples_of_account(
    db: Session, account_id: int, *, since: datetime, limit: int
) -> list[SessionSample]:
    """The newest ones, oldest first."""
    found = db.scalars(
        select(SessionSample)
        .join(EngagementSession, EngagementSession.id == SessionSample.session_id)
        .where(EngagementSession.account_id == account_id, SessionSample.at >= since)
        .order_by(SessionSample.at.desc())
        .limit(limit)
    ).all()
    return list(reversed(found))


def samples_of_session(db: Session, session_id: str) -> Sequence[SessionSample]:
    """All that are kept, oldest first."""
    return db.scalars(
        select(SessionSample)
        .where(SessionSample.session_id == session_id)
        .order_by(SessionSample.at)
    ).all()


def newest_sample(db: Session, session_id: str) -> SessionSample | None:
    return db.scalars(
        select(SessionSample)
        .where(SessionSample.session_id == session_id)
        .order_by(SessionSample.at.desc())
        .limit(1)
    ).first()


def remove_samples_before(db: Session, at: datetime) -> int:
    return changed(db, delete(SessionSample).where(SessionSample.at < at))
