"""Questions that are asked, and those that have answered themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.inbox import repository
from retinue.capabilities.inbox.models import InboxItem, ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Question
from retinue.capabilities.inbox.service.telling import news, tell
from retinue.foundation.redaction import redact, redact_data

_LONGEST_TITLE = 255
_LONGEST_LINK = 500
MOST_EVIDENCE = 20
"""Of one item; what was seen first goes first."""


def ask(db: Session, question: Question, *, now: datetime) -> InboxItem:
    """
    Have a person decide. While the same question waits, only its facts, its link and what was seen
    are brought up to date: whoever has claimed it keeps it.
    """
    details = redact_data(question.details)
    # Held, because facts that are written to an item which is closed meanwhile would be asked of nobody.
    while (found := repository.waiting(db, question.key, for_update=True)) is None:
        item = _made(question, details, now=now)
        if repository.add(db, item):
            tell(db, item, now=now)
            return item
    found.details = details
    is_news = _brought_up_to_date(found, question)
    db.flush()
    if is_news:
        tell(db, found, now=now)
    return found


def _made(question: Question, details: dict[str, Any], *, now: datetime) -> InboxItem:
    kind, subject_id = question.subject
    return InboxItem(
        key=question.key,
        open_key=question.key,
        kind=question.kind,
        state=ItemState.open,
        account_id=question.account_id,
        account=question.account,
        subject_kind=kind,
        subject_id=subject_id,
        title=redact(question.title)[:_LONGEST_TITLE],
        instructions=redact(question.instructions),
        details=details,
        choices=[asdict(choice) for choice in question.choices],
        evidence=list(question.evidence)[-MOST_EVIDENCE:],
        link=_link(question),
        created_at=now,
        due_at=question.due_at,
        at_expiry=question.at_expiry,
    )


def _link(question: Question) -> str | None:
    link = question.link
    if link is None or len(link) > _LONGEST_LINK or not link.startswith(("http://", "https://")):
        return None
    return link


def _brought_up_to_date(item: InboxItem, question: Question) -> bool:
    """Whether there is anything that a reader would see at a glance."""
    before = (item.link, list(item.evidence), item.due_at)
    new = [one for one in question.evidence if one not in item.evidence]
    item.evidence = [*item.evidence, *new][-MOST_EVIDENCE:]
    item.link = _link(question) or item.link
    item.due_at = question.due_at or item.due_at
    return before != (item.link, item.evidence, item.due_at)


def latest(db: Session, key: str, *, subject: tuple[str, str]) -> InboxItem | None:
    """The question of this key that was asked last, whatever has become of it."""
    return repository.latest(db, key, subject=subject)


def waiting_of(db: Session, kind: ItemKind, account_ids: Collection[int]) -> Sequence[InboxItem]:
    """What a person is asked of this kind about any of these accounts."""
    return repository.waiting_of(db, kind, account_ids) if account_ids else ()


def close(db: Session, key: str, *, resolution: str, by: str, now: datetime) -> bool:
    """The question has answered itself: what waits under the key is resolved. False where nothing does."""
    item = repository.waiting(db, key)
    return item is not None and _close(db, item, resolution=resolution, by=by, now=now)


def close_about(
    db: Session, kind: str, subject_ids: Collection[str], *, resolution: str, by: str, now: datetime
) -> int:
    """What waits about any of these has been decided elsewhere. How many items there were."""
    rows = repository.waiting_about(db, kind, subject_ids)
    return sum(_close(db, item, resolution=resolution, by=by, now=now) for item in rows)


def _close(db: Session, item: InboxItem, *, resolution: str, by: str, now: datetime) -> bool:
    values = {
        **repository.closed(ItemState.resolved, now=now),
        "resolution": resolution,
        "resolved_by": by[:190],
    }
    if not repository.move(db, item.id, was=item.state, holder=item.claimed_key, values=values):
        return False
    news(db, item, now=now)
    return True
