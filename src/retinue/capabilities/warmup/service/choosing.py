"""What a phase is done with: chosen once, the same until it fails, then given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.content import service as content
from retinue.capabilities.content.errors import NothingLeft
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.schemas import Assigned, Wanted
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.errors import AssignmentNotFound, NoContentLeft, WarmupRefused
from retinue.capabilities.warmup.models import ContentType, Phase, PhaseStatus
from retinue.capabilities.warmup.repository import choices
from retinue.capabilities.warmup.repository import phases as repository
from retinue.capabilities.warmup.schemas import (
    AssignedContent,
    AssignedImage,
    AssignedText,
    Bot,
    NextRead,
    Step,
    Verb,
)
from retinue.capabilities.warmup.service.scene import Scene, enter, leave

NEEDS: Mapping[Phase, tuple[ContentKind, ...]] = {
    Phase.pfp: (ContentKind.image,),
    Phase.bio: (ContentKind.bio,),
    Phase.post: (ContentKind.image, ContentKind.caption),
    Phase.highlight: (ContentKind.image, ContentKind.title),
    Phase.story: (ContentKind.image, ContentKind.caption),
}
NOTHING_CHOSEN: Mapping[str, None] = {
    "assignment_id": None,
    "assigned_content_id": None,
    "assigned_text_id": None,
    "content_assigned_at": None,
}
_SUCCESS_FROM = 50


def missing_key(persona_id: int, phase: Phase) -> str:
    return f"warmup:content:{persona_id}:{phase}"


def assign_content(
    db: Session, bot: Bot, account_id: int, phase: Phase, *, now: datetime
) -> AssignedContent:
    """
    What to do the phase with: chosen at the first call, the same at every later one until it fails.

    Raises:
        AccountNotFound, AccountHeld: as `enter`.
        PhaseNotAvailable, PhaseNotReady: it is not this phase's turn.
        OnHold, WarmupRefused: nothing new is begun with this account.
        NoContentLeft: the transaction is to be rolled back, and `ask_for_content` called in another one.
    """
    scene = enter(db, bot, account_id, phase=phase, now=now)
    step = scene.asked_for(phase, Verb.assign)
    if not rules.is_repeat(step, Verb.assign, now):
        scene.check_may_begin()
        step = _assign(db, scene, step, bot)
    leave(db, scene, bot)
    return _shown(db, scene, step)


def _assign(db: Session, scene: Scene, step: Step, bot: Bot) -> Step:
    subject, now = scene.subject, scene.now
    if subject.persona_id is None:
        message = f"{subject.account_no} belongs to no persona any more; give it one."
        raise scene.refused(WarmupRefused(message))
    try:
        chosen = [
            content.assign(db, wanted(scene, step, kind), now=now) for kind in NEEDS[step.phase]
        ]
    except NothingLeft as nothing:
        refusal = NoContentLeft(nothing.message, **nothing.facts)
        refusal.facts.update(persona_id=subject.persona_id, phase=step.phase)
        # As it will be once the question for it is written down.
        missing = replace(step, content_missing_at=now)
        scene.steps[rules.ORDER.index(step.phase)] = missing
        raise scene.refused(refusal) from nothing
    scene.come_due(step)
    assignment_id = repository.add_assignment(db, _assignment(scene, step, chosen))
    image, text = _of_each(chosen)
    values = {
        "status": PhaseStatus.content_assigned,
        "assignment_id": assignment_id,
        "assigned_content_id": None if image is None else image.id,
        "assigned_text_id": None if text is None else text.id,
        "content_assigned_at": now,
        "content_missing_at": None,
        "bot_id": bot.id,
        "bot_session_id": scene.session_id,
    }
    scene.record(
        "content_assigned",
        step,
        before={"status": rules.status_at(step, now).value},
        assignment=assignment_id,
        content=values["assigned_content_id"],
        text=values["assigned_text_id"],
        bot=bot.name,
    )
    if step.content_missing_at is not None:
        content_has_come(db, subject.persona_id, step.phase, now=now)
    return scene.move(db, step, values)


def wanted(scene: Scene, step: Step, kind: ContentKind) -> Wanted:
    subject, terms = scene.subject, scene.terms
    return Wanted(
        persona_id=subject.persona_id or 0,
        account_id=subject.id,
        kind=kind,
        category=terms.category(step.phase),
        tags=subject.labels,
        min_quality=terms.min_quality_score,
        reuse_days=terms.reuse_days,
    )


def _of_each(chosen: list[Assigned]) -> tuple[Assigned | None, Assigned | None]:
    image = next((one for one in chosen if one.kind is ContentKind.image), None)
    text = next((one for one in chosen if one.kind is not ContentKind.image), None)
    return image, text


def _assignment(scene: Scene, step: Step, chosen: list[Assigned]) -> dict[str, Any]:
    image, text = _of_each(chosen)
    main = image or chosen[0]
    kind = ContentType.image_and_text if image and text else ContentType.text
    if text is None:
        kind = ContentType.image
    return {
        "account_id": scene.subject.id,
        "warmup_phase_id": step.id,
        "persona_id": scene.subject.persona_id,
        "category": main.category_used,
        "content_id": None if image is None else image.id,
        "text_id": None if text is None else text.id,
        "content_use_id": None if image is None else image.use_id,
        "text_use_id": None if text is None else text.use_id,
        "content_type": kind,
        "assignment_score": float(main.score),
        "assignment_reason": main.reason[:100],
        "score_parts": {
            name: _kept(one) for name, one in (("image", image), ("text", text)) if one is not None
        },
        "assigned_at": scene.now,
        "assigned_by": "system",
    }


def _kept(one: Assigned) -> dict[str, Any]:
    return {
        "score": str(one.score),
        "parts": one.parts,
        "reason": one.reason,
        "category": one.category_used,
    }


def _shown(db: Session, scene: Scene, step: Step) -> AssignedContent:
    row = choices.chosen(db, step.assignment_id or 0)
    if row is None:
        raise AssignmentNotFound(f"{step.phase} has no content; report an error, and ask again.")
    parts = row.score_parts
    image = text = None
    if row.sha256 is not None:
        image = AssignedImage(
            id=row.content_id,
            title=row.title,
            tags=row.tags,
            media_type=row.media_type,
            width=row.width,
            height=row.height,
            bytes=row.bytes,
            sha256=row.sha256,
            url=f"/api/bot/content/{row.id}/file",
            **_reasons(parts["image"]),
        )
    if row.text is not None:
        text = AssignedText(
            id=row.text_id, kind=row.text_kind, text=row.text, **_reasons(parts["text"])
        )
    return AssignedContent(
        assignment_id=row.id,
        account_id=row.account_id,
        phase=row.phase,
        content_type=row.content_type,
        category=row.category,
        image=image,
        text=text,
        score=Decimal(str(row.assignment_score)),
        parts=parts["image" if image is not None else "text"]["parts"],
        reason=row.assignment_reason,
        assigned_at=row.assigned_at,
        next=NextRead.model_validate(scene.next),
    )


def _reasons(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "score": Decimal(kept["score"]),
        "parts": kept["parts"],
        "reason": kept["reason"],
        "category": kept["category"],
    }


def count_use(db: Session, step: Step, *, score: float | None, now: datetime) -> None:
    """The content was shown: success and score go back to its pool."""
    row = None if step.assignment_id is None else repository.assignment(db, step.assignment_id)
    if row is None or row.used_at is not None:
        return
    is_success = score is None or score >= _SUCCESS_FROM
    exact = None if score is None else Decimal(str(round(score, 2)))
    for use_id in (row.content_use_id, row.text_use_id):
        if use_id is not None:
            content.used(db, use_id, success=is_success, success_score=exact, now=now)
    values = {"used_at": now, "success": is_success, "performance_score": score}
    repository.end_assignment(db, row.id, values)


def give_back(db: Session, step: Step, *, has_failed: bool, now: datetime) -> None:
    """What was chosen and not used may be given to others."""
    row = None if step.assignment_id is None else repository.assignment(db, step.assignment_id)
    if row is None or row.used_at is not None or row.released_at is not None:
        return
    for use_id in (row.content_use_id, row.text_use_id):
        if use_id is not None:
            content.release(db, use_id, now=now)
    values = {"released_at": now, "success": False if has_failed else None}
    repository.end_assignment(db, row.id, values)


def content_has_come(db: Session, persona_id: int, phase: Phase, *, now: datetime) -> int:
    """The question for it has answered itself; accounts that waited for it are offered again."""
    inbox.close(
        db,
        missing_key(persona_id, phase),
        resolution="content_has_come",
        by="retinue",
        now=now,
    )
    return repository.forget_missing(db, persona_id, phase)
