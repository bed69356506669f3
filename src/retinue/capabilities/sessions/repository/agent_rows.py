"""Agents, and which sessions are whose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.sessions.models import (
    OPEN_STATUSES,
    Agent,
    EngagementSession,
    SessionStatus,
)
from retinue.foundation.database.rows import changed

_FRESH = {"populate_existing": True}


def open_of_agent(db: Session, agent: str) -> Sequence[EngagementSession]:
    return db.scalars(
        select(EngagementSession)
        .where(EngagementSession.agent == agent, EngagementSession.status.in_(OPEN_STATUSES))
        .order_by(EngagementSession.created_at)
        .execution_options(**_FRESH)
    ).all()


def find_agent(db: Session, name: str) -> Agent | None:
    return db.get(Agent, name, populate_existing=True)


def agents_seen_since(db: Session, since: datetime) -> Sequence[Agent]:
    """By name."""
    return db.scalars(select(Agent).where(Agent.seen_at >= since).order_by(Agent.name)).all()


def unclaimed(db: Session) -> Sequence[EngagementSession]:
    """Orders that no agent has taken up, the oldest first."""
    return db.scalars(
        select(EngagementSession)
        .where(
            EngagementSession.status == SessionStatus.starting,
            EngagementSession.agent.is_(None),
            EngagementSession.desired_state == "running",
        )
        .order_by(EngagementSession.created_at)
        .execution_options(**_FRESH)
    ).all()


def claim(db: Session, session_id: str, *, agent: str) -> bool:
    """False when somebody else was first, or it is not wanted any more."""
    statement = (
        update(EngagementSession)
        .where(
            EngagementSession.id == session_id,
            EngagementSession.agent.is_(None),
            EngagementSession.status == SessionStatus.starting,
            EngagementSession.desired_state == "running",
        )
        .values(agent=agent)
    )
    return changed(db, statement) == 1


def open_by_agent(db: Session) -> dict[str, int]:
    query = select(EngagementSession.agent, func.count())
    wanted = query.where(EngagementSession.status.in_(OPEN_STATUSES))
    rows = db.execute(wanted.group_by(EngagementSession.agent))
    return {name: count for name, count in rows if name is not None}


def all_open(db: Session) -> Sequence[EngagementSession]:
    return db.scalars(
        select(EngagementSession)
        .where(EngagementSession.status.in_(OPEN_STATUSES))
        .execution_options(**_FRESH)
    ).all()


def newest_agent(db: Session) -> Agent | None:
    return db.scalars(select(Agent).order_by(Agent.seen_at.desc()).limit(1)).first()


def see_agent(db: Session, name: str, *, incarnation: str, now: datetime) -> bool:
    """False when the row is not there or belongs to another incarnation by now."""
    return (
        changed(
            db,
            update(Agent)
            .where(Agent.name == name, Agent.incarnation == incarnation)
            .values(seen_at=now),
        )
        == 1
    )


def agents_behind(db: Session, restore: str) -> Sequence[Agent]:
    """Those whose journals were not read after the restore, by name."""
    is_behind = Agent.reconciled.is_(None) | (Agent.reconciled != restore)
    return db.scalars(select(Agent).where(is_behind).order_by(Agent.name)).all()


def mark_reconciled(db: Session, journals: str, *, restore: str) -> int:
    return changed(db, update(Agent).where(Agent.journals == journals).values(reconciled=restore))
