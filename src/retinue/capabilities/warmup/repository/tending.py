"""What time has brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.warmup.models import PhaseStatus, WarmupPhase
from retinue.foundation.database import table_of

_phases, _accounts = table_of(WarmupPhase), table_of(Account)


def due_accounts(db: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Whose phase waits for nothing but that it is written down."""
    found = (
        select(_phases.c.account_id)
        .join(_accounts, _accounts.c.id == _phases.c.account_id)
        .where(
            _phases.c.status.in_([PhaseStatus.pending, PhaseStatus.failed]),
            _phases.c.available_at <= now,
            _accounts.c.lifecycle == Lifecycle.warming_up,
        )
        .order_by(_phases.c.available_at)
        .limit(limit)
    )
    return db.connection().execute(found).scalars().all()


def abandoned(db: Session, *, limit: int) -> Sequence[int]:
    """Accounts that are warmed up no more and whose phase still has content that nobody will use."""
    found = (
        select(_phases.c.account_id)
        .join(_accounts, _accounts.c.id == _phases.c.account_id)
        .where(
            or_(
                _phases.c.status == PhaseStatus.content_assigned,
                _phases.c.status == PhaseStatus.in_progress,
            ),
            _accounts.c.lifecycle.in_([Lifecycle.active, Lifecycle.retired, Lifecycle.imported]),
        )
        .order_by(_phases.c.account_id)
        .limit(limit)
    )
    return db.connection().execute(found).scalars().all()


def missing(db: Session, *, limit: int) -> Sequence[int]:
    """One account for each persona and phase that waits for content."""
    found = (
        select(func.min(_phases.c.account_id))
        .join(_accounts, _accounts.c.id == _phases.c.account_id)
        .where(
            _phases.c.content_missing_at.is_not(None),
            _phases.c.status.in_([PhaseStatus.available, PhaseStatus.pending, PhaseStatus.failed]),
            _accounts.c.lifecycle == Lifecycle.warming_up,
        )
        .group_by(_accounts.c.persona_id, _phases.c.phase)
        .limit(limit)
    )
    return db.connection().execute(found).scalars().all()
