from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.sessions.models import OPEN_STATUSES, EngagementSession
from retinue.foundation.events.models import Event


def open_sessions(db: Session) -> dict[str, int]:
    statement = (
        select(EngagementSession.status, func.count())
        .where(EngagementSession.status.in_(OPEN_STATUSES))
        .group_by(EngagementSession.status)
    )
    found = {status.value: number for status, number in db.execute(statement)}
    return {status.value: found.get(status.value, 0) for status in OPEN_STATUSES}


def accounts_by_lifecycle(db: Session) -> dict[str, int]:
    statement = (
        select(Account.lifecycle, func.count())
        .where(Account.is_test.is_(False))
        .group_by(Account.lifecycle)
    )
    return {lifecycle.value: number for lifecycle, number in db.execute(statement)}


def oldest_unnumbered_event(db: Session) -> datetime | None:
    return db.scalar(select(func.min(Event.at)).where(Event.seq.is_(None)))
