"""
What bots do. Every call says the same when it is made again, and none of them commits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.errors import WarmupIncomplete, WarmupRefused
from retinue.capabilities.warmup.models import Phase, PhaseStatus
from retinue.capabilities.warmup.repository import phases as repository
from retinue.capabilities.warmup.schemas import (
    Bot,
    Completion,
    ErrorReport,
    Step,
    Verb,
    WarmupStatus,
)
from retinue.capabilities.warmup.service import choosing, presence, reviewing
from retinue.capabilities.warmup.service.scene import Scene, enter, leave
from retinue.capabilities.warmup.service.showing import status_in
from retinue.foundation.randomness import Random
from retinue.foundation.redaction import redact, redact_data

_LONGEST_ERROR = 500


def start_warmup(db: Session, bot: Bot, account_id: int, *, now: datetime) -> WarmupStatus:
    """
    The five phases, the first one available at once. An account that is warmed up already is left as it is.

    Raises:
        AccountNotFound, AccountHeld: as `enter`.
        WarmupRefused: the account cannot be warmed up.
        OnHold: an incident or a pause keeps it still.
    """
    scene = enter(db, bot, account_id, now=now)
    begin(db, scene, actor=bot.actor)
    leave(db, scene, bot)
    return status_in(scene)


def begin(db: Session, scene: Scene, *, actor: str) -> None:
    """Also for an operator."""
    subject, now = scene.subject, scene.now
    if subject.lifecycle is Lifecycle.warming_up and scene.steps:
        return
    refusal = rules.start_refusal(subject)
    if refusal is not None:
        raise scene.refused(WarmupRefused(refusal, lifecycle=subject.lifecycle))
    scene.check_not_held()
    if subject.lifecycle is not Lifecycle.warming_up:
        move = AccountChange(lifecycle=Lifecycle.warming_up, reason="its warm-up has begun")
        accounts.change(db, subject.id, move, actor=actor, now=now)
        scene.subject = replace(subject, lifecycle=Lifecycle.warming_up)
    if not scene.steps:
        repository.add_all(db, subject.id, now=now)
        scene.steps = repository.steps(db, subject.id)
    scene.record("started", persona=subject.persona)


def start_phase(
    db: Session, bot: Bot, account_id: int, phase: Phase, *, now: datetime
) -> WarmupStatus:
    """
    The bot begins with what it was given.

    Raises:
        AccountNotFound, AccountHeld: as `enter`.
        PhaseNotAvailable, PhaseNotReady: it is not this phase's turn, or it has no content yet.
        OnHold, WarmupRefused: nothing new is begun with this account.
    """
    scene = enter(db, bot, account_id, phase=phase, now=now)
    step = scene.asked_for(phase, Verb.start)
    if not rules.is_repeat(step, Verb.start, now):
        scene.check_may_begin()
        _started(db, scene, step, bot)
    leave(db, scene, bot)
    return status_in(scene)


def _started(db: Session, scene: Scene, step: Step, bot: Bot) -> Step:
    values = {
        "status": PhaseStatus.in_progress,
        "started_at": scene.now,
        "bot_id": bot.id,
        "bot_session_id": scene.session_id,
    }
    scene.record("phase_started", step, before={"status": step.status.value}, bot=bot.name)
    return scene.move(db, step, values)


def complete_phase(
    db: Session, bot: Bot, done: Completion, *, rng: Random, now: datetime
) -> WarmupStatus:
    """
    The phase is done: its content counts as used, and the next one gets its time. Straight from
    `content_assigned` it implies the start. What has begun ends, also while the account is held.

    Raises:
        AccountNotFound, AccountHeld: as `enter`.
        PhaseNotAvailable, PhaseNotReady: it has not been begun.
    """
    phase, told = done.phase, done.told
    scene = enter(db, bot, done.account_id, phase=phase, now=now)
    step = scene.asked_for(phase, Verb.complete)
    if not rules.is_repeat(step, Verb.complete, now):
        if step.status is PhaseStatus.content_assigned:
            step = _started(db, scene, step, bot)
        choosing.count_use(db, step, score=told.success_score, now=now)
        response = None if told.response is None else redact_data(told.response)
        values = {
            "status": PhaseStatus.completed,
            "completed_at": now,
            "bot_id": bot.id,
            "bot_session_id": scene.session_id,
            "execution_time_ms": told.execution_time_ms,
            "instagram_response": response,
            "error_message": None,
            "error_details": None,
        }
        scene.record(
            "phase_completed",
            step,
            before={"status": step.status.value},
            bot=bot.name,
            assignment=step.assignment_id,
        )
        open_following(db, scene, scene.move(db, step, values), rng=rng)
        scene.touched = phase
    leave(db, scene, bot)
    return status_in(scene)


def open_following(db: Session, scene: Scene, step: Step, *, rng: Random) -> None:
    """The time of the phase after this one, drawn once."""
    after = rules.following(scene.steps, step)
    if after is not None and after.available_at is None:
        at = scene.now + rules.draw_gap(scene.terms, rng)
        scene.move(db, after, {"available_at": at})


def report_error(
    db: Session, bot: Bot, account_id: int, told: ErrorReport, *, now: datetime
) -> WarmupStatus:
    """
    The phase has failed: its content goes back, and it is tried again after a while, or a person
    looks at it.

    Raises:
        AccountNotFound, AccountHeld: as `enter`.
        PhaseNotAvailable, PhaseNotReady: there is nothing that could have failed.
    """
    scene = enter(db, bot, account_id, phase=told.phase, now=now)
    step = scene.asked_for(told.phase, Verb.fail)
    choosing.give_back(db, step, has_failed=True, now=now)
    failures = step.retry_count + 1
    status, again = rules.after_failure(
        scene.terms, failures=failures, is_retryable=told.retryable, now=now
    )
    error = redact(told.error)[:_LONGEST_ERROR]
    values = {
        **choosing.NOTHING_CHOSEN,
        "status": status,
        "available_at": again,
        "started_at": None,
        "retry_count": failures,
        "error_message": error,
        "error_details": None if told.details is None else redact_data(told.details),
        "bot_id": bot.id,
        "bot_session_id": scene.session_id,
    }
    scene.record(
        "phase_failed",
        step,
        before={"status": step.status.value},
        status=status.value,
        error=error,
        failures=failures,
        bot=bot.name,
    )
    moved = scene.move(db, step, values)
    if status is PhaseStatus.requires_review:
        reviewing.ask(db, scene, moved)
    presence.count_error(db, scene.session_id)
    leave(db, scene, bot)
    return status_in(scene)


def complete_warmup(db: Session, bot: Bot, account_id: int, *, now: datetime) -> WarmupStatus:
    """
    All five are completed: the account becomes active. A second time changes nothing.

    Raises:
        AccountNotFound, AccountHeld: as `enter`.
        WarmupIncomplete: `missing` names the phases that are not completed.
        WarmupRefused: the account is not being warmed up.
        OnHold: an incident or a pause keeps it still.
    """
    scene = enter(db, bot, account_id, now=now)
    subject, step = scene.subject, rules.current(scene.steps)
    if not scene.steps or step is not None:
        missing = [
            one.value
            for one in rules.ORDER
            if not scene.steps
            or scene.steps[rules.ORDER.index(one)].status is not PhaseStatus.completed
        ]
        message = f"Not completed yet: {', '.join(missing)}."
        raise scene.refused(WarmupIncomplete(message, missing=missing))
    if subject.lifecycle is not Lifecycle.active:
        scene.check_may_begin()
        move = AccountChange(lifecycle=Lifecycle.active, reason="its warm-up is complete")
        accounts.change(db, subject.id, move, actor=bot.actor, now=now)
        scene.subject = replace(subject, lifecycle=Lifecycle.active)
        scene.record("completed", persona=subject.persona)
    leave(db, scene, bot)
    return status_in(scene)
