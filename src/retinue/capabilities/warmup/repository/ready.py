"""
Accounts that a bot may take now.

Every bot asks this all the time, so the few statements are built once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, AccountKind, Health, Lifecycle
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.safety.models import AccountSafety
from retinue.capabilities.warmup.models import Phase, PhaseStatus, WarmupPhase
from retinue.capabilities.warmup.repository.phases import (
    STEP_COLUMNS,
    SUBJECT_COLUMNS,
    WITH_ALL,
)
from retinue.capabilities.warmup.schemas import Bot
from retinue.foundation.database import table_of
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.leases.models import LeaseRow

_accounts, _personas, _safety = table_of(Account), table_of(Persona), table_of(AccountSafety)
_phases, _leases = table_of(WarmupPhase), table_of(LeaseRow)
_LEASE_KEY = literal("account:").concat(cast(_accounts.c.id, String(20)))
_JOINED = WITH_ALL.outerjoin(_leases, _leases.c.key == _LEASE_KEY)
_LOOK_AGAIN = timedelta(minutes=15)
_MOMENT = _phases.c.available_at.type
_NOW, _HOLDER = bindparam("now", type_=_MOMENT), bindparam("holder", type_=_leases.c.holder.type)
_LIMIT = bindparam("most", type_=Integer())


def _any(column: Any, *values: Any) -> ColumnElement[bool]:
    """As `in_`, which is spelled anew at every execution."""
    return or_(*(column == value for value in values))


_IS_OTHER = case(
    (and_(_leases.c.holder == _HOLDER, _leases.c.expires_at > _NOW), 0), else_=1
).label("is_other")
_MAY_BE_TAKEN = (
    _accounts.c.is_test.is_(False),
    _accounts.c.kind == AccountKind.normal,
    _any(_accounts.c.health, Health.ok, Health.unknown, Health.cooldown),
    _accounts.c.paused_at.is_(None),
    _accounts.c.persona_id.is_not(None),
    _personas.c.paused_at.is_(None),
    or_(_safety.c.cooldown_until.is_(None), _safety.c.cooldown_until <= _NOW),
    or_(_safety.c.backoff_until.is_(None), _safety.c.backoff_until <= _NOW),
    or_(
        _leases.c.holder.is_(None),
        _leases.c.expires_at <= _NOW,
        _leases.c.holder == _HOLDER,
    ),
)
_IS_DUE = or_(
    _any(_phases.c.status, PhaseStatus.content_assigned, PhaseStatus.in_progress),
    and_(
        _any(_phases.c.status, PhaseStatus.available, PhaseStatus.pending, PhaseStatus.failed),
        _phases.c.available_at <= _NOW,
    ),
)
_HAS_CONTENT = or_(
    _phases.c.content_missing_at.is_(None),
    _phases.c.content_missing_at <= bindparam("missing_before", type_=_MOMENT),
)
_WARMING = (
    select(
        *SUBJECT_COLUMNS,
        *(column.label(f"step_{column.name}") for column in STEP_COLUMNS),
        _IS_OTHER,
    )
    .select_from(_JOINED.join(_phases, _phases.c.account_id == _accounts.c.id))
    .where(_accounts.c.lifecycle == Lifecycle.warming_up, _IS_DUE, _HAS_CONTENT, *_MAY_BE_TAKEN)
    .order_by(_IS_OTHER, _phases.c.available_at, _accounts.c.id)
    .limit(_LIMIT)
)
_FINISHED = (
    select(*SUBJECT_COLUMNS, _IS_OTHER)
    .select_from(_JOINED.join(_phases, _phases.c.account_id == _accounts.c.id))
    .where(
        _accounts.c.lifecycle == Lifecycle.warming_up,
        _phases.c.phase == Phase.story,
        _phases.c.status == PhaseStatus.completed,
        *_MAY_BE_TAKEN,
    )
    .order_by(_IS_OTHER, _accounts.c.id)
    .limit(_LIMIT)
)
_UNBEGUN = (
    select(*SUBJECT_COLUMNS, _IS_OTHER)
    .select_from(_JOINED)
    .where(_accounts.c.lifecycle == Lifecycle.ready, *_MAY_BE_TAKEN)
    .order_by(_IS_OTHER, _accounts.c.id)
    .limit(_LIMIT)
)
_NEXT_MOMENT = (
    select(func.min(_phases.c.available_at, type_=_MOMENT).label("at"))
    .select_from(_phases.join(_accounts, _accounts.c.id == _phases.c.account_id))
    .where(
        _any(_phases.c.status, PhaseStatus.pending, PhaseStatus.failed),
        _phases.c.available_at > _NOW,
        _accounts.c.lifecycle == Lifecycle.warming_up,
    )
)


class _Offers:
    """One question, for bots that may take every account and for those that have a list."""

    def __init__(self, statement: Select[Any]) -> None:
        self._of_all = Prepared(statement)
        self._of_some = statement.where(_accounts.c.id.in_(bindparam("only", expanding=True)))

    def __call__(self, db: Session, bot: Bot, **given: Any) -> Sequence[Any]:
        given = {"holder": bot.holder, **given}
        if bot.account_ids is None:
            return self._of_all.all(db.connection(), given)
        only = sorted(bot.account_ids)
        return db.connection().execute(self._of_some, {**given, "only": only}).all()


_warming, _finished, _unbegun = _Offers(_WARMING), _Offers(_FINISHED), _Offers(_UNBEGUN)
_next_moment = _Offers(_NEXT_MOMENT)


def warming(db: Session, bot: Bot, *, now: datetime, limit: int) -> Sequence[Any]:
    """Accounts with a phase at hand: what the bot has first, then whatever waits for longest."""
    return _warming(db, bot, now=now, most=limit, missing_before=now - _LOOK_AGAIN)


def finished(db: Session, bot: Bot, *, now: datetime, limit: int) -> Sequence[Any]:
    """Accounts whose five phases are completed, and whose warm-up nobody has ended yet."""
    return _finished(db, bot, now=now, most=limit)


def unbegun(db: Session, bot: Bot, *, now: datetime, limit: int) -> Sequence[Any]:
    """Accounts that are ready and whose warm-up has not begun."""
    return _unbegun(db, bot, now=now, most=limit)


def next_moment(db: Session, bot: Bot, *, now: datetime) -> datetime | None:
    """When the next phase of an account becomes available that this bot may touch."""
    (row,) = _next_moment(db, bot, now=now)
    moment: datetime | None = row.at
    return moment
