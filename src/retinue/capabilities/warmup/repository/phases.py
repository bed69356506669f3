"""One account's phases, and all that is decided upon with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.safety.models import AccountSafety, Pause
from retinue.capabilities.warmup.models import (
    ContentAssignment,
    Phase,
    PhaseStatus,
    WarmupPhase,
)
from retinue.capabilities.warmup.schemas import Step, Subject
from retinue.foundation.database import table_of
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.leases.models import LeaseRow

_ORDER = tuple(Phase)


_accounts, _personas = table_of(Account), table_of(Persona)
_safety, _pauses, _leases = table_of(AccountSafety), table_of(Pause), table_of(LeaseRow)
_phases, _assignments = table_of(WarmupPhase), table_of(ContentAssignment)

SUBJECT_COLUMNS = (
    _accounts.c.id,
    _accounts.c.account_no,
    _accounts.c.network,
    _accounts.c.login,
    _accounts.c.kind,
    _accounts.c.lifecycle,
    _accounts.c.health,
    _accounts.c.health_evidence,
    _accounts.c.paused_at,
    _accounts.c.pause_reason,
    _accounts.c.labels,
    _accounts.c.is_test,
    _accounts.c.persona_id,
    _personas.c.name.label("persona"),
    _personas.c.paused_at.label("persona_paused_at"),
    _personas.c.warmup.label("persona_warmup"),
    _safety.c.backoff_until,
    _safety.c.cooldown_until,
    select(_pauses.c.reason).where(_pauses.c.key == "fleet").scalar_subquery().label("fleet_pause"),
)
WITH_ALL = _accounts.outerjoin(_personas, _personas.c.id == _accounts.c.persona_id).outerjoin(
    _safety, _safety.c.account_id == _accounts.c.id
)
STEP_COLUMNS = (
    _phases.c.account_id,
    _phases.c.id,
    _phases.c.phase,
    _phases.c.status,
    _phases.c.available_at,
    _phases.c.started_at,
    _phases.c.completed_at,
    _phases.c.bot_id,
    _phases.c.assignment_id,
    _phases.c.content_assigned_at,
    _phases.c.content_missing_at,
    _phases.c.error_message,
    _phases.c.retry_count,
    _phases.c.execution_time_ms,
    _phases.c.skipped_by,
)

_SUBJECT = Prepared(
    select(*SUBJECT_COLUMNS).select_from(WITH_ALL).where(_accounts.c.id == bindparam("account"))
)
_STEPS = (
    select(*STEP_COLUMNS).where(_phases.c.account_id == bindparam("account")).order_by(_phases.c.id)
)
_READ_STEPS, _HOLD_STEPS = Prepared(_STEPS), Prepared(_STEPS.with_for_update())
_LEASE = Prepared(
    select(_leases.c.holder, _leases.c.expires_at).where(
        _leases.c.key == bindparam("lease"),
        _leases.c.holder.is_not(None),
        _leases.c.expires_at > bindparam("now", type_=_leases.c.expires_at.type),
    )
)


def subject_of(row: Any) -> Subject:
    given = {column.name: getattr(row, column.name) for column in SUBJECT_COLUMNS}
    return Subject(**{**given, "labels": tuple(given["labels"] or ())})


def step_of(row: Any) -> Step:
    return Step(**{column.name: getattr(row, column.name) for column in STEP_COLUMNS[1:]})


def subject(db: Session, account_id: int) -> Subject | None:
    row = _SUBJECT.first(db.connection(), {"account": account_id})
    return None if row is None else subject_of(row)


def steps(db: Session, account_id: int, *, for_update: bool = False) -> list[Step]:
    """In their order; all five or none. With `for_update` nobody else moves them until the commit."""
    statement = _HOLD_STEPS if for_update else _READ_STEPS
    rows = [step_of(row) for row in statement.all(db.connection(), {"account": account_id})]
    return sorted(rows, key=lambda step: _ORDER.index(step.phase))


def lease(db: Session, account_id: int, *, now: datetime) -> tuple[str, datetime] | None:
    """Who holds the account, and until when."""
    given = {"lease": accounts.lease_key(account_id), "now": now}
    row = _LEASE.first(db.connection(), given)
    return None if row is None else (row.holder, row.expires_at)


def add_all(db: Session, account_id: int, *, now: datetime) -> None:
    """The five phases, the first one available now."""
    rows = [
        {
            "account_id": account_id,
            "phase": phase,
            "status": PhaseStatus.available if phase is _ORDER[0] else PhaseStatus.pending,
            "available_at": now if phase is _ORDER[0] else None,
            "retry_count": 0,
            "created_at": now,
            "updated_at": now,
        }
        for phase in _ORDER
    ]
    db.connection().execute(insert(_phases), rows)


def change(db: Session, phase_id: int, values: Mapping[str, Any], *, now: datetime) -> None:
    """Only under the hold that `steps(for_update=True)` gives."""
    given = {f"new_{name}": value for name, value in values.items()}
    statement = _change_of(tuple(sorted(values)))
    statement.run(db.connection(), {**given, "row": phase_id, "new_updated_at": now})


@lru_cache(maxsize=64)
def _change_of(names: tuple[str, ...]) -> Prepared:
    """Of the few sets of columns that are changed together, each is spelled once."""
    new = {name: bindparam(f"new_{name}", type_=_phases.c[name].type) for name in names}
    moved = bindparam("new_updated_at", type_=_phases.c.updated_at.type)
    return Prepared(
        update(_phases).where(_phases.c.id == bindparam("row")).values({**new, "updated_at": moved})
    )


def add_assignment(db: Session, values: Mapping[str, Any]) -> int:
    done = db.connection().execute(insert(_assignments).values(**values))
    key = done.inserted_primary_key
    return 0 if key is None else int(key[0])


def assignment(db: Session, assignment_id: int) -> Any:
    """The row with its phase and whose it is, or none."""
    found = (
        select(_assignments, _phases.c.phase, _phases.c.assignment_id.label("current_id"))
        .join(_phases, _phases.c.id == _assignments.c.warmup_phase_id)
        .where(_assignments.c.id == assignment_id)
    )
    return db.connection().execute(found).one_or_none()


def end_assignment(db: Session, assignment_id: int, values: Mapping[str, Any]) -> None:
    db.connection().execute(
        update(_assignments).where(_assignments.c.id == assignment_id).values(**values)
    )


def forget_missing(db: Session, persona_id: int, phase: Phase) -> int:
    """The phases of this kind of the persona's accounts are looked at again; how many there were."""
    own = select(_accounts.c.id).where(_accounts.c.persona_id == persona_id)
    statement = update(_phases).where(
        _phases.c.phase == phase,
        _phases.c.content_missing_at.is_not(None),
        _phases.c.account_id.in_(own),
    )
    return db.connection().execute(statement.values(content_missing_at=None)).rowcount
