from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from retinue.capabilities.sessions.models import OPEN_STATUSES, Agent, EngagementSession
from retinue.foundation.events.models import Event
from retinue.foundation.jobs.models import Job


def ping(db: Session) -> None:
    db.execute(text("SELECT 1"))


def newest_agent(db: Session) -> Agent | None:
    return db.scalars(select(Agent).order_by(Agent.seen_at.desc()).limit(1)).first()


def count_open_sessions(db: Session) -> int:
    return (
        db.scalar(
            select(func.count())
            .select_from(EngagementSession)
            .where(EngagementSession.status.in_(OPEN_STATUSES))
        )
        or 0
    )


def oldest_due_job(db: Session, *, now: datetime) -> datetime | None:
    return db.scalar(
        select(func.min(Job.due_at)).where(
            Job.done_at.is_(None), Job.dead_at.is_(None), Job.due_at <= now
        )
    )


def count_dead_jobs(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) or 0


def oldest_unnumbered_event(db: Session) -> datetime | None:
    return db.scalar(select(func.min(Event.at)).where(Event.seq.is_(None)))
