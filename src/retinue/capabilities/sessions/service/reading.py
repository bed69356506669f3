"""What is known of sessions. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import EventFilter
from retinue.capabilities.safety import service as safety
from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.errors import SessionNotFound
from retinue.capabilities.sessions.models import OPEN_STATUSES, EngagementSession
from retinue.capabilities.sessions.repository import agent_rows, sample_rows, session_rows
from retinue.capabilities.sessions.schemas import (
    ProcessRead,
    SampleRead,
    SessionFilter,
    SessionRead,
    StatsRead,
    StatusRead,
    TrendPoint,
)
from retinue.capabilities.settings import service as settings

_DAY = timedelta(hours=24)
_TREND_POINTS = 60


def get(db: Session, session_id: str) -> EngagementSession:
    """
    Raises:
        SessionNotFound: there is none of this id.
    """
    session = session_rows.find(db, session_id)
    if session is None:
        raise SessionNotFound(
            f"session_id: there is no session {session_id[:64]}; `GET /sessions` lists them."
        )
    return session


def open_logins(db: Session) -> list[str]:
    """The logins whose sessions have not ended, in alphabetical order."""
    return session_rows.open_logins(db)


def has_open(db: Session, account_id: int) -> bool:
    """Whether the account has a session that has not ended, its lease run out or not."""
    return session_rows.open_of_account(db, account_id) is not None


def with_open(db: Session, account_ids: Collection[int]) -> set[int]:
    """Those of the accounts of which `has_open` would say yes."""
    return session_rows.with_open(db, account_ids)


def newest(db: Session, account_id: int) -> EngagementSession | None:
    return session_rows.newest_of_account(db, account_id)


def is_agent_silent(db: Session, name: str | None, *, now: datetime) -> bool:
    agent = None if name is None else agent_rows.find_agent(db, name)
    return agent is None or rules.is_agent_silent(agent.seen_at, now=now)


def page(
    db: Session, wanted: SessionFilter, *, before_id: str | None, limit: int
) -> tuple[list[SessionRead], int]:
    """The newest first, and how many there are in all."""
    rows = session_rows.page(db, wanted, before_id=before_id, limit=limit)
    return [read(session, account) for session, account in rows], session_rows.count(db, wanted)


def read(session: EngagementSession, account: Account) -> SessionRead:
    plain = {
        name: getattr(session, name)
        for name in SessionRead.model_fields
        if name not in {"account", "account_no", "counters"}
    }
    return SessionRead(
        **plain,
        account=account.login,
        account_no=account.account_no,
        counters=session.counters or {},
    )


def events_page(
    db: Session, session_id: str, *, before: tuple[datetime, int] | None, limit: int
) -> Sequence[Row[Any]]:
    """What the ledger holds of the session, the newest first."""
    return ledger.events(db, EventFilter(session_id=session_id), before=before, limit=limit)


def samples(db: Session, session_id: str, *, most: int) -> list[SampleRead]:
    """What its processes used, oldest first, thinned evenly to `most` at the most."""
    found = sample_rows.samples_of_session(db, session_id)
    step = max(1, -(-len(found) // most))
    # Counted from the newest, so that the last point is always shown.
    return [SampleRead.model_validate(one) for one in reversed(found[::-1][::step])]


def status(db: Session, account: Account, *, now: datetime) -> StatusRead:
    """How the account's newest session stands; `stopped` and nothing else where it never had one."""
    session = session_rows.newest_of_account(db, account.id)
    standing = safety.standing_of(db, account.id, now=now)
    in_force = settings.current(db)
    shown = StatusRead(
        account=account.login,
        health=account.health.value,
        limits=ledger.limits(
            db,
            account.id,
            settings=in_force,
            now=now,
            plans=safety.plan_limits(db, account.id),
            step=safety.ramp_step_of(db, account, settings=in_force, now=now),
        ),
        cooldown_until=standing.cooldown_until,
    )
    if session is None:
        return shown
    is_open = session.status in OPEN_STATUSES
    ended = session.ended_at or now
    started = session.started_at
    return shown.model_copy(
        update={
            "session_id": session.id,
            "status": session.status,
            "stop_reason": session.stop_reason,
            "pid": session.pid if is_open else None,
            "started_at": started,
            "uptime_seconds": round((ended - started).total_seconds(), 1) if started else None,
            "current_job": session.current_job if is_open else None,
            "current_target": session.current_target if is_open else None,
            "counters": session.counters or {},
            "last_error": session.last_error,
            "processes": _processes(db, session) if is_open else [],
            "progress": session.progress,
        }
    )


def stats(db: Session, account: Account, *, now: datetime) -> StatsRead:
    day = ledger.last_24_hours(db, account.id, now=now)
    spans = session_rows.spans_of_account(db, account.id)
    seconds = sum(((ended or now) - started).total_seconds() for started, ended in spans if started)
    current = session_rows.open_of_account(db, account.id)
    samples = sample_rows.samples_of_account(db, account.id, since=now - _DAY, limit=_TREND_POINTS)
    rate = None if day.success_rate is None else round(day.success_rate, 4)
    return StatsRead(
        account=account.login,
        total_interactions_24h=day.total,
        successful_interactions_24h=day.successful,
        failed_interactions_24h=day.failed,
        success_rate_24h=rate,
        average_response_time_ms=day.average_latency_ms,
        uptime_hours=round(seconds / 3600, 4),
        total_sessions=len(spans),
        current_session_duration=(
            round((now - current.started_at).total_seconds(), 1)
            if current is not None and current.started_at
            else None
        ),
        memory_usage_trend=[TrendPoint(at=one.at, value=one.memory_mb) for one in samples],
        cpu_usage_trend=[TrendPoint(at=one.at, value=one.cpu_percent) for one in samples],
        error_count_24h=session_rows.count_errors(db, account.id, since=now - _DAY),
    )


def _processes(db: Session, session: EngagementSession) -> list[ProcessRead]:
    sample = sample_rows.newest_sample(db, session.id)
    if session.pid is None or sample is None:
        return []
    return [
        ProcessRead(
            pid=session.pid,
            cpu_percent=sample.cpu_percent,
            memory_mb=sample.memory_mb,
            children=sample.children,
        )
    ]
