"""How an account stands, as bots are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.repository import phases as repository
from retinue.capabilities.warmup.schemas import (
    Bot,
    HoldRead,
    LeaseRead,
    NextRead,
    PersonaRef,
    PhaseRead,
    Step,
    Subject,
    WarmupStatus,
)
from retinue.capabilities.warmup.service.scene import Scene, found


def status(db: Session, bot: Bot, account_id: int, *, now: datetime) -> WarmupStatus:
    """
    Raises:
        AccountNotFound: there is no such account, or it is none of the bot's.
    """
    if not bot.may_touch(account_id):
        raise AccountNotFound.named(str(account_id))
    subject = found(db, account_id)
    steps = repository.steps(db, account_id)
    held = repository.lease(db, account_id, now=now)
    lease = None
    if held is not None:
        lease = LeaseRead(is_yours=held[0] == bot.holder, until=held[1])
    return _status(subject, steps, lease=lease, now=now)


def status_in(scene: Scene) -> WarmupStatus:
    """As the call leaves it."""
    until = scene.lease_until
    lease = None if until is None else LeaseRead(is_yours=True, until=until)
    return _status(scene.subject, scene.steps, lease=lease, now=scene.now)


def _status(
    subject: Subject, steps: list[Step], *, lease: LeaseRead | None, now: datetime
) -> WarmupStatus:
    hold = rules.hold_of(subject, now)
    following = rules.next_for(subject.id, subject.lifecycle, steps, hold=hold, now=now)
    return WarmupStatus(
        account_id=subject.id,
        account_no=subject.account_no,
        login=subject.login,
        network=subject.network,
        persona=persona_of(subject),
        lifecycle=subject.lifecycle,
        progress_percent=rules.progress(steps),
        phases=[phase_read(step, now=now) for step in steps],
        next_available_at=rules.next_available_at(steps, now),
        hold=None if hold is None else HoldRead.model_validate(hold),
        lease=lease,
        next=NextRead.model_validate(following),
    )


def persona_of(subject: Subject) -> PersonaRef | None:
    if subject.persona_id is None:
        return None
    return PersonaRef(id=subject.persona_id, name=subject.persona or "")


def phase_read(step: Step, *, now: datetime) -> PhaseRead:
    return PhaseRead(
        phase=step.phase,
        status=rules.status_at(step, now),
        available_at=step.available_at,
        started_at=step.started_at,
        completed_at=step.completed_at,
        retry_count=step.retry_count,
        error_message=step.error_message,
        assignment_id=step.assignment_id,
        content_assigned_at=step.content_assigned_at,
        content_missing_at=step.content_missing_at,
        execution_time_ms=step.execution_time_ms,
        skipped_by=step.skipped_by,
        bot_id=step.bot_id,
    )
