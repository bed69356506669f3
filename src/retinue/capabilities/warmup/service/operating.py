"""What an operator orders: begin, try again, leave out, look at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.errors import AccountHeld, WarmupNotStarted, WarmupRefused
from retinue.capabilities.warmup.models import Phase, PhaseStatus
from retinue.capabilities.warmup.repository import phases as repository
from retinue.capabilities.warmup.schemas import Asked, Decision, Step, Verb
from retinue.capabilities.warmup.service import choosing, performing, reviewing
from retinue.capabilities.warmup.service.scene import Scene, hold_phases, write_down
from retinue.foundation.errors import Refusal
from retinue.foundation.randomness import Random


def hold(db: Session, account_id: int) -> None:
    """
    Whoever is about to decide about a phase holds the account's phases first: before anything that
    the audit log comes after, as everybody does.
    """
    repository.steps(db, account_id, for_update=True)


def start(
    db: Session, account_id: int, *, actor: str, now: datetime, request_id: str | None = None
) -> None:
    """
    Make the five phases; bots find the account from then on. A second time changes nothing.

    Raises:
        AccountNotFound: there is no such account.
        WarmupRefused: it cannot be warmed up; the message says why and what mends it.
        OnHold: an incident or a pause keeps it still.
    """
    scene = hold_phases(db, account_id, now=now)
    try:
        performing.begin(db, scene, actor=actor)
    except Refusal as refusal:
        raise _for_operators(refusal) from None
    write_down(db, scene, actor=actor, request_id=request_id)


def retry(db: Session, asked: Asked, *, now: datetime) -> None:
    """
    Available again at once, with all its tries. One that is available already is left as it is.

    Raises:
        AccountNotFound, WarmupNotStarted: there is no such phase.
        AccountHeld: a bot is at work with it.
        PhaseNotAvailable, PhaseNotReady: there is nothing to try again.
    """
    scene, step = _look(db, asked, Verb.retry, now=now)
    if rules.is_repeat(step, Verb.retry, now):
        return
    choosing.give_back(db, step, has_failed=False, now=now)
    values = {
        **choosing.NOTHING_CHOSEN,
        "status": PhaseStatus.available,
        "available_at": now,
        "started_at": None,
        "retry_count": 0,
    }
    scene.record(
        "phase_retried",
        step,
        reason=asked.note,
        before={"status": step.status.value, "failures": step.retry_count},
    )
    scene.move(db, step, values)
    _end(db, scene, step, asked, resolution=Decision.retry)


def skip(db: Session, asked: Asked, *, rng: Random, now: datetime) -> None:
    """
    Leave a phase out: it counts as completed, and the next one gets its time.

    Raises:
        AccountNotFound, WarmupNotStarted: there is no such phase.
        AccountHeld: a bot is at work with it.
        PhaseNotAvailable, PhaseNotReady: it is not its turn, or it is completed.
    """
    scene, step = _look(db, asked, Verb.skip, now=now)
    choosing.give_back(db, step, has_failed=False, now=now)
    values = {
        **choosing.NOTHING_CHOSEN,
        "status": PhaseStatus.completed,
        "completed_at": now,
        "skipped_by": asked.actor[:190],
        "content_missing_at": None,
    }
    scene.record("phase_skipped", step, reason=asked.note, before={"status": step.status.value})
    performing.open_following(db, scene, scene.move(db, step, values), rng=rng)
    scene.touched = step.phase
    _end(db, scene, step, asked, resolution=Decision.skip)


def send_to_review(db: Session, asked: Asked, *, now: datetime) -> None:
    """
    No bot goes on with it until somebody has decided. One that is in review already is left as it is.

    Raises:
        AccountNotFound, WarmupNotStarted: there is no such phase.
        AccountHeld: a bot is at work with it.
        PhaseNotAvailable, PhaseNotReady: it is not its turn, or it is completed.
    """
    scene, step = _look(db, asked, Verb.review, now=now)
    if rules.is_repeat(step, Verb.review, now):
        return
    choosing.give_back(db, step, has_failed=False, now=now)
    values = {
        **choosing.NOTHING_CHOSEN,
        "status": PhaseStatus.requires_review,
        "available_at": None,
        "started_at": None,
    }
    scene.record(
        "phase_sent_to_review", step, reason=asked.note, before={"status": step.status.value}
    )
    reviewing.ask(db, scene, scene.move(db, step, values), note=asked.note)
    write_down(db, scene, actor=asked.actor, request_id=asked.request_id)


def decide(db: Session, asked: Asked, decision: Decision, *, rng: Random, now: datetime) -> None:
    """
    End a review. Raises as `retry` and `skip`.
    """
    if decision is Decision.retry:
        retry(db, asked, now=now)
    else:
        skip(db, asked, rng=rng, now=now)


def look_again(db: Session, persona_id: int, phase: Phase) -> int:
    """Somebody says that content has come: accounts that waited for it are offered again. How many."""
    return repository.forget_missing(db, persona_id, phase)


def _look(db: Session, asked: Asked, verb: Verb, *, now: datetime) -> tuple[Scene, Step]:
    scene = hold_phases(db, asked.account_id, now=now)
    subject = scene.subject
    if not scene.steps:
        raise WarmupNotStarted(f"The warm-up of {subject.account_no} has not begun.")
    if subject.lifecycle in {Lifecycle.active, Lifecycle.retired}:
        message = f"{subject.account_no} is {subject.lifecycle}, not warming up."
        raise WarmupRefused(message, lifecycle=subject.lifecycle)
    try:
        step = rules.asked_for(scene.steps, asked.phase, verb, now=now)
    except Refusal as refusal:
        raise _for_operators(refusal) from None
    held = repository.lease(db, asked.account_id, now=now)
    if step.status in rules.WORKED_ON and held is not None:
        raise AccountHeld(
            f"A bot is at work with {asked.phase} of {subject.account_no} until "
            f"{held[1]:%Y-%m-%d %H:%M:%S} UTC; wait for it, or revoke its token and wait for that.",
            until=held[1],
        )
    return scene, step


def _end(db: Session, scene: Scene, step: Step, asked: Asked, *, resolution: Decision) -> None:
    reviewing.close(db, scene, step, resolution=resolution.value, by=asked.actor)
    write_down(db, scene, actor=asked.actor, request_id=asked.request_id)


def _for_operators(refusal: Refusal) -> Refusal:
    """What comes next is said to bots, in calls that only they can make."""
    refusal.facts.pop("next", None)
    return refusal
