"""What a bot may take now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.models import PhaseStatus
from retinue.capabilities.warmup.repository import phases, ready
from retinue.capabilities.warmup.schemas import (
    Bot,
    NextRead,
    ReadyAccount,
    ReadyAccounts,
    Step,
    Subject,
)
from retinue.capabilities.warmup.service.showing import persona_of


@dataclass(frozen=True, slots=True)
class _Offer:
    row: Any
    step: Step | None
    has_phases: bool

    @property
    def is_own(self) -> bool:
        return not self.row.is_other


def accounts_ready(db: Session, bot: Bot, *, now: datetime, limit: int) -> ReadyAccounts:
    """What the bot holds first, then ends and phases that wait, then accounts that have not begun."""
    asked: dict[str, Any] = {"now": now, "limit": limit}
    offers = [_Offer(row, None, has_phases=True) for row in ready.finished(db, bot, **asked)]
    if len(offers) < limit:
        rows = ready.warming(db, bot, **asked)
        offers += [_Offer(row, _step(row), has_phases=True) for row in rows]
    if len(offers) < limit:
        rows = ready.unbegun(db, bot, **asked)
        offers += [_Offer(row, None, has_phases=False) for row in rows]
    offers = sorted(offers, key=lambda one: not one.is_own)[:limit]
    items = [_shown(offer, now=now) for offer in offers if not offer.row.fleet_pause]
    if items:
        return ReadyAccounts(items=items, next=items[0].next)
    at = ready.next_moment(db, bot, now=now)
    following = rules.look_for_others(at=at)
    return ReadyAccounts(items=[], next=NextRead.model_validate(following))


def _step(row: Any) -> Step:
    columns = phases.STEP_COLUMNS[1:]
    return Step(**{column.name: getattr(row, f"step_{column.name}") for column in columns})


def _shown(offer: _Offer, *, now: datetime) -> ReadyAccount:
    subject, step = phases.subject_of(offer.row), offer.step
    status = None if step is None else rules.status_at(step, now)
    return ReadyAccount(
        account_id=subject.id,
        account_no=subject.account_no,
        login=subject.login,
        network=subject.network,
        persona=persona_of(subject),
        lifecycle=subject.lifecycle,
        phase=None if step is None else step.phase,
        status=status,
        available_at=None if step is None else step.available_at,
        is_yours=offer.is_own,
        next=NextRead.model_validate(_next(subject, offer, now=now)),
    )


def _next(subject: Subject, offer: _Offer, *, now: datetime) -> Any:
    steps = [offer.step] if offer.step is not None else []
    if offer.step is None and offer.has_phases:
        steps = [_completed()]
    return rules.next_for(subject.id, subject.lifecycle, steps, hold=None, now=now)


def _completed() -> Step:
    """Stands for five phases that are all completed, which need not be read for that."""
    return Step(
        id=0,
        phase=rules.ORDER[-1],
        status=PhaseStatus.completed,
        available_at=None,
        started_at=None,
        completed_at=None,
        bot_id=None,
        assignment_id=None,
        content_assigned_at=None,
        content_missing_at=None,
        error_message=None,
        retry_count=0,
        execution_time_ms=None,
        skipped_by=None,
    )
