"""Sessions: one by one, in pages, and what may become of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.safety.models import AccountError
from retinue.capabilities.sessions.models import (
    OPEN_STATUSES,
    EngagementSession,
    SessionStatus,
)
from retinue.capabilities.sessions.schemas import SessionFilter
from retinue.foundation.database.rows import changed

_FRESH = {"populate_existing": True}


def find(db: Session, session_id: str) -> EngagementSession | None:
    return db.get(EngagementSession, session_id, populate_existing=True)


def find_locked(db: Session, session_id: str) -> EngagementSession | None:
    """The row, held until the transaction ends: nobody changes what was just read."""
    return db.scalars(
        select(EngagementSession)
        .where(EngagementSession.id == session_id)
        .with_for_update()
        .execution_options(**_FRESH)
    ).one_or_none()


def open_logins(db: Session) -> list[str]:
    found = select(Account.login).join(
        EngagementSession, EngagementSession.account_id == Account.id
    )
    wanted = EngagementSession.status.in_(OPEN_STATUSES)
    return list(db.scalars(found.where(wanted).order_by(Account.login)))


def open_of_account(db: Session, account_id: int) -> EngagementSession | None:
    return db.scalars(
        select(EngagementSession)
        .where(
            EngagementSession.account_id == account_id, EngagementSession.status.in_(OPEN_STATUSES)
        )
        .order_by(EngagementSession.created_at.desc())
        .limit(1)
        .execution_options(**_FRESH)
    ).first()


def with_open(db: Session, account_ids: Collection[int]) -> set[int]:
    query = select(EngagementSession.account_id).where(
        EngagementSession.account_id.in_(sorted(account_ids)),
        EngagementSession.status.in_(OPEN_STATUSES),
    )
    return set(db.connection().scalars(query))


def newest_of_account(db: Session, account_id: int) -> EngagementSession | None:
    return db.scalars(
        select(EngagementSession)
        .where(EngagementSession.account_id == account_id)
        .order_by(EngagementSession.created_at.desc(), EngagementSession.id.desc())
        .limit(1)
    ).first()


@dataclass(frozen=True, slots=True)
class Standing:
    status: SessionStatus
    desired_state: str
    fence: int
    ends_by: datetime | None


def state_of(db: Session, session_id: str) -> Standing | None:
    """By the shortest way: this is asked before every act."""
    row = db.execute(
        select(
            EngagementSession.status,
            EngagementSession.desired_state,
            EngagementSession.fence,
            EngagementSession.ends_by,
        )
        .where(EngagementSession.id == session_id)
        # Held until the intent is committed, so that a stop that was answered is never overtaken by one.
        .with_for_update(read=True)
    ).one_or_none()
    return None if row is None else Standing(*row)


def page(
    db: Session, wanted: SessionFilter, *, before_id: str | None, limit: int
) -> Sequence[tuple[EngagementSession, Account]]:
    """The newest first: ids grow with time."""
    query = select(EngagementSession, Account).join(
        Account, Account.id == EngagementSession.account_id
    )
    for condition in _conditions(wanted):
        query = query.where(condition)
    if before_id is not None:
        query = query.where(EngagementSession.id < before_id)
    rows = db.execute(query.order_by(EngagementSession.id.desc()).limit(limit)).all()
    return [(row[0], row[1]) for row in rows]


def count(db: Session, wanted: SessionFilter) -> int:
    query = select(func.count()).select_from(EngagementSession)
    for condition in _conditions(wanted):
        query = query.where(condition)
    return db.scalar(query) or 0


def _conditions(wanted: SessionFilter) -> list[Any]:
    found: list[Any] = []
    if wanted.account_id is not None:
        found.append(EngagementSession.account_id == wanted.account_id)
    if wanted.account_ids is not None:
        found.append(EngagementSession.account_id.in_(wanted.account_ids))
    if wanted.statuses:
        found.append(EngagementSession.status.in_(wanted.statuses))
    if wanted.since is not None:
        found.append(EngagementSession.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(EngagementSession.created_at < wanted.until)
    return found


def spans_of_account(
    db: Session, account_id: int
) -> Sequence[tuple[datetime | None, datetime | None]]:
    rows = db.execute(
        select(EngagementSession.started_at, EngagementSession.ended_at).where(
            EngagementSession.account_id == account_id
        )
    ).all()
    return [(row[0], row[1]) for row in rows]


def mark_running(
    db: Session, session_id: str, *, fence: int, pid: int, pid_birth: str | None, now: datetime
) -> bool:
    """False when the session was stopped or settled before its process came to life."""
    return (
        changed(
            db,
            update(EngagementSession)
            .where(
                EngagementSession.id == session_id,
                EngagementSession.fence == fence,
                EngagementSession.status == SessionStatus.starting,
                EngagementSession.desired_state == "running",
            )
            .values(
                status=SessionStatus.running,
                pid=pid,
                pid_birth=pid_birth,
                started_at=now,
                heartbeat_at=now,
            ),
        )
        == 1
    )


def beat(db: Session, session_id: str, *, fence: int, values: dict[str, Any]) -> bool:
    """False when the session is over or the row belongs to a later fence."""
    return (
        changed(
            db,
            update(EngagementSession)
            .where(
                EngagementSession.id == session_id,
                EngagementSession.fence == fence,
                EngagementSession.status.in_(OPEN_STATUSES),
            )
            .values(**values),
        )
        == 1
    )


def count_errors(db: Session, account_id: int, *, since: datetime) -> int:
    """Failures that safety has kept; the last hundred of an account are."""
    return (
        db.scalar(
            select(func.count())
            .select_from(AccountError)
            .where(AccountError.account_id == account_id, AccountError.at >= since)
        )
        or 0
    )
