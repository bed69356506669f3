"""What a person is asked: about a phase that has failed for good, and for content that is missing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import Bot, Step
from retinue.capabilities.warmup.service.choosing import missing_key
from retinue.capabilities.warmup.service.scene import Scene, hold_phases, write_down
from retinue.foundation.errors import Refusal

SUBJECT = "warmup_phase"
MISSING = "warmup_content"

_RETRY = Choice("retry", "Try it again")
_SKIP = Choice("skip", "Leave it out and go on")
_ADDED = Choice("added", "I have added some: look again")
_LEAVE = Choice("leave", "Leave it")


def subject_of(subject_id: str) -> tuple[int, Phase]:
    """The account or the persona that a question is about, and the phase."""
    number, _, phase = subject_id.partition(":")
    return int(number), Phase(phase)


def review_key(account_id: int, phase: Phase) -> str:
    return f"warmup:review:{account_id}:{phase}"


def ask(db: Session, scene: Scene, step: Step, *, note: str | None = None) -> None:
    """One question while the phase is in review."""
    subject = scene.subject
    why = note or step.error_message or "no reason was kept"
    question = Question(
        kind=ItemKind.review,
        key=review_key(subject.id, step.phase),
        subject=(SUBJECT, f"{subject.id}:{step.phase}"),
        title=f"Warm-up of {subject.account_no}: {step.phase} needs a look",
        instructions=(
            f"The phase {step.phase} of {subject.account_no} ({subject.login} on {subject.network}) "
            f"was tried {step.retry_count} times and is not done: {why}\n"
            "Look at the account. Try the phase again once the cause is gone; or leave it out, "
            "if it is done already or not wanted."
        ),
        choices=(_RETRY, _SKIP),
        details={
            "account_id": subject.id,
            "phase": step.phase.value,
            "failures": step.retry_count,
            "error": step.error_message,
            "bot_id": step.bot_id,
        },
        account_id=subject.id,
        account=subject.login,
    )
    inbox.ask(db, question, now=scene.now)


def close(db: Session, scene: Scene, step: Step, *, resolution: str, by: str) -> None:
    """What the inbox may ask about the phase is decided."""
    key = review_key(scene.subject.id, step.phase)
    inbox.close(db, key, resolution=resolution, by=by, now=scene.now)


def ask_for_content(
    db: Session,
    bot: Bot,
    account_id: int,
    phase: Phase,
    *,
    missing: Refusal,
    now: datetime,
) -> None:
    """Once for a persona and a phase, however many of its accounts wait for it."""
    scene = hold_phases(db, account_id, now=now)
    subject = scene.subject
    step = next((one for one in scene.steps if one.phase is phase), None)
    if subject.persona_id is None or step is None:
        return
    scene.move(db, step, {"content_missing_at": now})
    if step.content_missing_at is None:
        scene.record("content_missing", step, persona=subject.persona)
    question = Question(
        kind=ItemKind.review,
        key=missing_key(subject.persona_id, phase),
        subject=(MISSING, f"{subject.persona_id}:{phase}"),
        title=f"{subject.persona} has no content left for {phase}",
        instructions=(
            f"{subject.account_no} and maybe other accounts of {subject.persona} cannot go on with "
            f"{phase}. {missing.message}\n"
            "Add content on the Content page, or raise how often what is there may be used. The "
            "question ends by itself once there is some."
        ),
        choices=(_ADDED, _LEAVE),
        details={
            "persona_id": subject.persona_id,
            "phase": phase.value,
            "cut": missing.facts.get("cut"),
        },
        account_id=account_id,
        account=subject.login,
    )
    inbox.ask(db, question, now=now)
    write_down(db, scene, actor=bot.actor, request_id=bot.request_id, address=bot.address)
