"""Bots, their sessions, and what this costs them: one row each, touched by every call that writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.access.models import ApiToken, Role
from retinue.capabilities.warmup.models import BotSession, PhaseStatus, WarmupPhase
from retinue.foundation.database import table_of
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.leases.models import LeaseRow

_sessions, _tokens, _leases = table_of(BotSession), table_of(ApiToken), table_of(LeaseRow)
_phases = table_of(WarmupPhase)

_OPEN = Prepared(
    select(_sessions.c.id, _sessions.c.last_seen_at, _sessions.c.address).where(
        _sessions.c.open_key == bindparam("bot")
    )
)
_MOMENT = _sessions.c.last_seen_at.type
_TOUCH = Prepared(
    update(_sessions)
    .where(_sessions.c.id == bindparam("session"))
    .values(
        last_seen_at=bindparam("seen", type_=_MOMENT),
        calls=_sessions.c.calls + bindparam("more_calls"),
        errors=_sessions.c.errors + bindparam("more_errors"),
        account_id=func.coalesce(bindparam("account"), _sessions.c.account_id),
        phase=func.coalesce(bindparam("step", type_=_sessions.c.phase.type), _sessions.c.phase),
        address=func.coalesce(bindparam("from_address"), _sessions.c.address),
    )
)


def open_session(db: Session, bot_id: str) -> Any:
    return _OPEN.first(db.connection(), {"bot": bot_id})


def begin_session(db: Session, values: dict[str, Any]) -> int | None:
    """None where another call of the bot has just begun one."""
    try:
        with db.begin_nested():
            done = db.connection().execute(insert(_sessions).values(**values))
    except IntegrityError:
        return None
    key = done.inserted_primary_key
    return None if key is None else int(key[0])


def touch_session(db: Session, values: dict[str, Any]) -> None:
    _TOUCH.run(db.connection(), values)


def count_error(db: Session, session_id: int) -> None:
    db.connection().execute(
        update(_sessions).where(_sessions.c.id == session_id).values(errors=_sessions.c.errors + 1)
    )


def end_session(db: Session, session_id: int, *, at: datetime) -> None:
    db.connection().execute(
        update(_sessions).where(_sessions.c.id == session_id).values(open_key=None, ended_at=at)
    )


def idle_sessions(db: Session, *, before: datetime, limit: int) -> Sequence[Any]:
    found = (
        select(_sessions.c.id, _sessions.c.last_seen_at)
        .where(_sessions.c.open_key.is_not(None), _sessions.c.last_seen_at < before)
        .order_by(_sessions.c.id)
        .limit(limit)
    )
    return db.connection().execute(found).all()


def sessions_page(
    db: Session, *, bot_id: str | None, before_id: int | None, limit: int
) -> Sequence[Any]:
    """The newest first."""
    found = select(_sessions, _tokens.c.name.label("bot")).outerjoin(
        _tokens, _tokens.c.id == _sessions.c.bot_id
    )
    if bot_id is not None:
        found = found.where(_sessions.c.bot_id == bot_id)
    if before_id is not None:
        found = found.where(_sessions.c.id < before_id)
    return db.connection().execute(found.order_by(_sessions.c.id.desc()).limit(limit)).all()


def count_sessions(db: Session, *, bot_id: str | None) -> int:
    found = select(func.count()).select_from(_sessions)
    if bot_id is not None:
        found = found.where(_sessions.c.bot_id == bot_id)
    return db.connection().execute(found).scalar_one()


def bots_page(
    db: Session, *, before_id: str | None, limit: int, with_revoked: bool
) -> Sequence[Any]:
    """Tokens of the role bot, the newest first."""
    found = select(_tokens).where(_tokens.c.role == Role.bot)
    if not with_revoked:
        found = found.where(_tokens.c.revoked_at.is_(None))
    if before_id is not None:
        found = found.where(_tokens.c.id < before_id)
    return db.connection().execute(found.order_by(_tokens.c.id.desc()).limit(limit)).all()


def count_bots(db: Session, *, with_revoked: bool) -> int:
    found = select(func.count()).select_from(_tokens).where(_tokens.c.role == Role.bot)
    if not with_revoked:
        found = found.where(_tokens.c.revoked_at.is_(None))
    return db.connection().execute(found).scalar_one()


def sums_by_bot(db: Session, bot_ids: Collection[str]) -> dict[str, Any]:
    found = (
        select(
            _sessions.c.bot_id,
            func.count().label("sessions"),
            func.sum(_sessions.c.calls).label("calls"),
            func.sum(_sessions.c.errors).label("errors"),
            func.max(_sessions.c.last_seen_at, type_=_MOMENT).label("last_seen_at"),
        )
        .where(_sessions.c.bot_id.in_(bot_ids))
        .group_by(_sessions.c.bot_id)
    )
    return {row.bot_id: row for row in db.connection().execute(found)}


def open_sessions_of(db: Session, bot_ids: Collection[str]) -> dict[str, Any]:
    found = select(_sessions).where(_sessions.c.open_key.in_(bot_ids))
    return {row.bot_id: row for row in db.connection().execute(found)}


def completed_by(db: Session, bot_ids: Collection[str]) -> dict[str, int]:
    """How many phases each has completed."""
    found = (
        select(_phases.c.bot_id, func.count().label("number"))
        .where(
            _phases.c.bot_id.in_(bot_ids),
            _phases.c.status == PhaseStatus.completed,
            _phases.c.skipped_by.is_(None),
        )
        .group_by(_phases.c.bot_id)
    )
    return {row.bot_id: row.number for row in db.connection().execute(found)}


def leases_of_bots(db: Session, *, now: datetime) -> Sequence[Any]:
    """The keys that bots hold now."""
    found = select(_leases.c.key, _leases.c.holder, _leases.c.expires_at).where(
        _leases.c.key.startswith("account:"),
        _leases.c.holder.startswith("bot:"),
        _leases.c.expires_at > now,
    )
    return db.connection().execute(found).all()
