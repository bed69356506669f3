"""What operators see: accounts with their phases, and what became of what was chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from retinue.capabilities.access.models import ApiToken
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountKind, Lifecycle
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.warmup.models import ContentAssignment, PhaseStatus, WarmupPhase
from retinue.capabilities.warmup.repository.phases import (
    STEP_COLUMNS,
    SUBJECT_COLUMNS,
    WITH_ALL,
    step_of,
)
from retinue.capabilities.warmup.schemas import PipelineFilter, ReportBy, Step
from retinue.foundation.database import table_of
from retinue.foundation.leases.models import LeaseRow

_accounts, _personas, _tokens = table_of(Account), table_of(Persona), table_of(ApiToken)
_phases, _assignments = table_of(WarmupPhase), table_of(ContentAssignment)
_leases = table_of(LeaseRow)

_SHOWN_LIFECYCLES = (Lifecycle.ready, Lifecycle.warming_up, Lifecycle.active)
_WAITING = (PhaseStatus.pending, PhaseStatus.failed)


def page(
    db: Session, wanted: PipelineFilter, *, after_id: int, now: datetime, limit: int
) -> Sequence[Any]:
    """In the order of the accounts' ids."""
    found = _filtered(select(*SUBJECT_COLUMNS).select_from(WITH_ALL), wanted, now=now)
    found = found.where(_accounts.c.id > after_id).order_by(_accounts.c.id).limit(limit)
    return db.connection().execute(found).all()


def count(db: Session, wanted: PipelineFilter, *, now: datetime, at_most: int) -> int:
    """How many fit; counting ends at `at_most`."""
    some = _filtered(select(_accounts.c.id), wanted, now=now).limit(at_most).subquery()
    return db.connection().execute(select(func.count()).select_from(some)).scalar_one()


def _filtered(found: Select[Any], wanted: PipelineFilter, *, now: datetime) -> Select[Any]:
    has_phases = exists().where(_phases.c.account_id == _accounts.c.id)
    conditions: list[ColumnElement[bool]] = [
        _accounts.c.is_test.is_(False),
        _accounts.c.kind == AccountKind.normal,
        _accounts.c.lifecycle.in_(_SHOWN_LIFECYCLES),
        or_(_accounts.c.lifecycle.in_([Lifecycle.ready, Lifecycle.warming_up]), has_phases),
    ]
    if wanted.lifecycle is not None:
        conditions.append(_accounts.c.lifecycle == wanted.lifecycle)
    if wanted.persona_id is not None:
        conditions.append(_accounts.c.persona_id == wanted.persona_id)
    if wanted.account_ids is not None:
        conditions.append(_accounts.c.id.in_(wanted.account_ids))
    if wanted.search:
        text = wanted.search.strip().removeprefix("@")
        columns = (_accounts.c.account_no, _accounts.c.login_key)
        conditions.append(or_(*(one.icontains(text, autoescape=True) for one in columns)))
    if wanted.phase is not None or wanted.status is not None:
        conditions.append(exists(_turn(wanted, now=now)))
    return found.where(*conditions)


def _turn(wanted: PipelineFilter, *, now: datetime) -> Select[Any]:
    """Phases whose turn it is, of the kind and in the state that is asked for."""
    before = _phases.alias()
    is_turn = ~exists().where(
        before.c.account_id == _phases.c.account_id,
        before.c.id < _phases.c.id,
        before.c.status != PhaseStatus.completed,
    )
    found = select(_phases.c.id).where(
        _phases.c.account_id == _accounts.c.id,
        _phases.c.status != PhaseStatus.completed,
        is_turn,
    )
    if wanted.phase is not None:
        found = found.where(_phases.c.phase == wanted.phase)
    if wanted.status is None:
        return found
    has_come = and_(_phases.c.available_at.is_not(None), _phases.c.available_at <= now)
    if wanted.status is PhaseStatus.available:
        is_due = and_(_phases.c.status.in_(_WAITING), has_come)
        return found.where(or_(_phases.c.status == PhaseStatus.available, is_due))
    found = found.where(_phases.c.status == wanted.status)
    return found.where(~has_come) if wanted.status in _WAITING else found


def steps_of(db: Session, account_ids: Collection[int]) -> dict[int, list[Step]]:
    """In their order."""
    found = select(*STEP_COLUMNS).where(_phases.c.account_id.in_(account_ids))
    steps: dict[int, list[Step]] = {account_id: [] for account_id in account_ids}
    for row in db.connection().execute(found.order_by(_phases.c.id)):
        steps[row.account_id].append(step_of(row))
    return steps


def leases_on(
    db: Session, account_ids: Collection[int], *, now: datetime
) -> dict[int, tuple[str, datetime]]:
    keys = {accounts.lease_key(account_id): account_id for account_id in account_ids}
    found = select(_leases.c.key, _leases.c.holder, _leases.c.expires_at).where(
        _leases.c.key.in_(keys), _leases.c.holder.is_not(None), _leases.c.expires_at > now
    )
    rows = db.connection().execute(found)
    return {keys[row.key]: (row.holder, row.expires_at) for row in rows}


def assignments(db: Session, ids: Collection[int]) -> dict[int, Any]:
    found = select(_assignments).where(_assignments.c.id.in_(ids))
    return {row.id: row for row in db.connection().execute(found)}


def bot_names(db: Session, ids: Collection[str]) -> dict[str, str]:
    found = select(_tokens.c.id, _tokens.c.name).where(_tokens.c.id.in_(ids))
    return {row.id: row.name for row in db.connection().execute(found)}


def counts(db: Session, *, account_ids: frozenset[int] | None) -> dict[Lifecycle, int]:
    found = (
        select(_accounts.c.lifecycle, func.count().label("number"))
        .where(
            _accounts.c.is_test.is_(False),
            _accounts.c.kind == AccountKind.normal,
            _accounts.c.lifecycle.in_([Lifecycle.ready, Lifecycle.warming_up]),
        )
        .group_by(_accounts.c.lifecycle)
    )
    if account_ids is not None:
        found = found.where(_accounts.c.id.in_(account_ids))
    return {row.lifecycle: row.number for row in db.connection().execute(found)}


def counts_by_phase(db: Session, *, account_ids: frozenset[int] | None) -> Sequence[Any]:
    """Of the phases of accounts that are warmed up: how many stand where."""
    found = (
        select(_phases.c.phase, _phases.c.status, func.count().label("number"))
        .join(_accounts, _accounts.c.id == _phases.c.account_id)
        .where(_accounts.c.lifecycle == Lifecycle.warming_up)
        .group_by(_phases.c.phase, _phases.c.status)
    )
    if account_ids is not None:
        found = found.where(_accounts.c.id.in_(account_ids))
    return db.connection().execute(found).all()


_BY: dict[ReportBy, tuple[Any, ...]] = {
    ReportBy.persona: (_assignments.c.persona_id,),
    ReportBy.category: (_assignments.c.persona_id, _assignments.c.category),
    ReportBy.item: (
        _assignments.c.persona_id,
        _assignments.c.category,
        _assignments.c.content_id,
        _assignments.c.text_id,
    ),
}


def report(
    db: Session, by: ReportBy, *, since: datetime | None, persona_id: int | None, limit: int
) -> Sequence[Any]:
    """Those that were assigned most first."""
    used = _assignments.c.used_at.is_not(None)
    succeeded = and_(used, _assignments.c.success.is_(True))
    columns = _BY[by]
    found = (
        select(
            *columns,
            func.count().label("assigned"),
            func.count(case((used, 1))).label("used"),
            func.count(case((_assignments.c.released_at.is_not(None), 1))).label("released"),
            func.count(case((succeeded, 1))).label("succeeded"),
            func.avg(_assignments.c.assignment_score).label("average_score"),
            func.avg(_assignments.c.performance_score).label("average_performance"),
            func.max(_assignments.c.assigned_at, type_=_assignments.c.assigned_at.type).label(
                "last_assigned_at"
            ),
        )
        .group_by(*columns)
        .order_by(func.count().desc(), *columns)
        .limit(limit)
    )
    if since is not None:
        found = found.where(_assignments.c.assigned_at >= since)
    if persona_id is not None:
        found = found.where(_assignments.c.persona_id == persona_id)
    return db.connection().execute(found).all()


def persona_names(db: Session, ids: Collection[int]) -> dict[int, str]:
    found = select(_personas.c.id, _personas.c.name).where(_personas.c.id.in_(ids))
    return {row.id: row.name for row in db.connection().execute(found)}
