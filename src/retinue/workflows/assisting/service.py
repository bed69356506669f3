from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import WAITING, InboxItem, ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.foundation.randomness import Random
from retinue.workflows.assisting.schemas import (
    DONE,
    KEPT_FOR,
    NOT_DONE,
    Answer,
    AnswerState,
    Assistance,
)

_CHOICES = (
    Choice(DONE, "I have done it", needs_evidence=True),
    Choice(NOT_DONE, "It was not done"),
)
_SETTLED = {DONE: AttemptState.confirmed, NOT_DONE: AttemptState.absent}


def ask(db: Session, wanted: Assistance, *, rng: Random, now: datetime) -> InboxItem:
    """
    Ask a person to do it; while the same waits, it is asked once. The task then waits for a person
    (`TaskWaits(WaitingFor.person, ...)`), is due again as soon as they have answered, and asks `answer`.

    Raises:
        AccountNotFound, AttemptNotFound: there is none of that id.
    """
    account = accounts.get(db, wanted.account_id)
    if wanted.attempt_id is not None:
        _hand_over(db, wanted.attempt_id, rng=rng, now=now)
    question = Question(
        kind=ItemKind.assisted_task,
        key=_key(wanted.subject),
        subject=wanted.subject,
        title=wanted.title,
        instructions=(
            f"{wanted.text}\n\nDo it as {account.login}, through the account's own way out. Then say "
            "here what came of it: with a picture, or a note of what shows it."
        ),
        choices=_CHOICES,
        details={**wanted.details, "task_id": wanted.task_id, "attempt_id": wanted.attempt_id},
        account_id=account.id,
        account=account.login,
        due_at=wanted.due_at or now + KEPT_FOR,
        evidence=wanted.evidence,
        link=wanted.link,
    )
    return inbox.ask(db, question, now=now)


def answer(db: Session, subject: tuple[str, str]) -> Answer | None:
    """What a person has said, or that they have not yet; none where they were never asked."""
    item = inbox.latest(db, _key(subject), subject=subject)
    if item is None:
        return None
    if item.state in WAITING:
        return Answer(AnswerState.waiting, item.id, evidence=tuple(item.evidence))
    if item.state is ItemState.expired:
        state = AnswerState.expired
    elif item.resolution in _SETTLED:
        state = AnswerState(item.resolution)
    else:
        state = AnswerState.withdrawn
    return Answer(
        state,
        item.id,
        by=item.resolved_by,
        note=item.note,
        evidence=tuple(item.evidence),
        at=item.resolved_at,
    )


def conclude(db: Session, item: InboxItem, *, actor: str, now: datetime) -> None:
    """
    What the person has said, or that they have said nothing, takes effect: the attempt is settled
    and the task is due.

    Raises:
        AttemptSettled: the attempt has been settled meanwhile.
    """
    is_act = item.subject_kind == "attempt"
    if is_act and item.state is ItemState.expired:
        # It may have been done all the same.
        ledger.take_back(db, item.subject_id, now=now)
    elif is_act:
        outcome = Outcome(
            _SETTLED[item.resolution or ""],
            settled_by=SettledBy.operator,
            evidence={
                "operator": item.note or "performed by hand",
                "by": actor,
                "inbox_item": item.id,
                "evidence": list(item.evidence),
            },
        )
        ledger.resolve(db, item.subject_id, outcome, actor=actor, now=now)
    if item.account_id is not None:
        tasks.wake_of_person(db, item.account_id)


def _hand_over(db: Session, attempt_id: str, *, rng: Random, now: datetime) -> None:
    """From now on only the person knows: it keeps the target taken and is looked for by nobody."""
    message = "A person has been asked to do it by hand."
    outcome = Outcome(AttemptState.unknown, settled_by=SettledBy.assistance, message=message)
    ledger.settle(db, attempt_id, outcome, settings=settings.current(db), rng=rng, now=now)


def _key(subject: tuple[str, str]) -> str:
    return f"assist:{subject[0]}:{subject[1]}"
