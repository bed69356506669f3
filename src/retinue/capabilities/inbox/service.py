from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.inbox import repository
from retinue.capabilities.inbox.errors import ItemClosed, ItemHeld, ItemNotFound
from retinue.capabilities.inbox.models import WAITING, InboxItem, ItemState
from retinue.capabilities.inbox.schemas import Attendant, ItemFilter, Question
from retinue.foundation.errors import Invalid
from retinue.foundation.events import service as events
from retinue.foundation.redaction import redact, redact_data

COUNTED_AT_MOST = 10_000
CHUNK = 200
_LONGEST_TITLE = 255


def ask(db: Session, question: Question, *, now: datetime) -> InboxItem:
    """
    Have a person decide. While the same question waits, only its facts are brought up to date:
    whoever has claimed it keeps it.
    """
    details = redact_data(question.details)
    # Held, because facts that are written to an item which is closed meanwhile would be asked of nobody.
    while (found := repository.waiting(db, question.key, for_update=True)) is None:
        item = _made(question, details, now=now)
        if repository.add(db, item):
            _tell(db, item, now=now)
            return item
    found.details = details
    db.flush()
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
        created_at=now,
        due_at=question.due_at,
    )


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


def _close(
    db: Session,
    item: InboxItem,
    *,
    resolution: str,
    by: str,
    now: datetime,
) -> bool:
    closed = _closed(ItemState.resolved, now=now)
    values = {**closed, "resolution": resolution, "resolved_by": by[:190]}
    if not repository.move(db, item.id, was=item.state, holder=item.claimed_key, values=values):
        return False
    _news(db, item, now=now)
    return True


def get(db: Session, item_id: int, *, account_ids: frozenset[int] | None = None) -> InboxItem:
    """
    Raises:
        ItemNotFound: there is none of this id, or it is of none of these accounts.
    """
    item = repository.find(db, item_id)
    if item is None or (account_ids is not None and item.account_id not in account_ids):
        raise ItemNotFound(f"id: there is no inbox item {item_id}; `GET /api/inbox` lists them.")
    return item


def page(
    db: Session, wanted: ItemFilter, *, before_id: int | None = None, limit: int = 50
) -> Sequence[InboxItem]:
    """Items that fit, the newest first."""
    return repository.page(db, wanted, before_id=before_id, limit=limit)


def count(db: Session, wanted: ItemFilter) -> int | None:
    """How many fit; none above 10,000."""
    found = repository.count(db, wanted, at_most=COUNTED_AT_MOST + 1)
    return found if found <= COUNTED_AT_MOST else None


def claim(
    db: Session, item: InboxItem, *, by: Attendant, now: datetime, take_over: bool = False
) -> InboxItem:
    """
    Take an item, so that nobody else works on it. One's own again is no error.

    Raises:
        ItemHeld: somebody else has it, and it is not taken over.
        ItemClosed: it waits for nobody any more.
    """
    _check_waits(item)
    holder = item.claimed_key
    if holder == by.hand:
        return item
    if holder is not None and not take_over:
        raise _held(item, by)
    values = {
        "state": ItemState.claimed,
        "claimed_by": by.name[:190],
        "claimed_key": by.hand,
        "claimed_at": now,
    }
    _move(db, item, values, by=by)
    _record(db, item, "claimed" if holder is None else "taken_over", by=by, now=now)
    return _news(db, item, now=now)


def release(db: Session, item: InboxItem, *, by: Attendant, now: datetime) -> InboxItem:
    """
    Give an item back. One that nobody has is no error.

    Raises:
        ItemHeld: somebody else has it.
        ItemClosed: it waits for nobody any more.
    """
    _check_waits(item)
    if item.claimed_key is None:
        return item
    if item.claimed_key != by.hand:
        raise _held(item, by)
    free = {"state": ItemState.open, "claimed_by": None, "claimed_key": None, "claimed_at": None}
    _move(db, item, free, by=by)
    _record(db, item, "released", by=by, now=now)
    return _news(db, item, now=now)


def resolve(
    db: Session, item: InboxItem, resolution: str, *, note: str | None, by: Attendant, now: datetime
) -> InboxItem:
    """
    Close an item with one of its choices. What the choice does is for whoever reacts to it.

    Raises:
        Invalid: the choice is not on offer.
        ItemHeld: somebody else has claimed it.
        ItemClosed: it waits for nobody any more.
    """
    _check_waits(item)
    if item.claimed_key not in {None, by.hand}:
        raise _held(item, by)
    offered = [choice["value"] for choice in item.choices]
    if resolution not in offered:
        raise Invalid.field("resolution", f"is not on offer here; choose of {', '.join(offered)}")
    values = {
        **_closed(ItemState.resolved, now=now),
        "resolution": resolution,
        "resolved_by": by.name[:190],
        "note": None if note is None else redact(note),
    }
    _move(db, item, values, by=by)
    _record(db, item, "resolved", by=by, now=now, resolution=resolution, note=values["note"])
    return _news(db, item, now=now)


def expire(db: Session, *, now: datetime, limit: int = CHUNK) -> int:
    """Close what has lost its point; say how many, at most `limit`."""
    rows = repository.overdue(db, now=now, limit=limit)
    for item in rows:
        values = _closed(ItemState.expired, now=now)
        if repository.move(db, item.id, was=item.state, holder=item.claimed_key, values=values):
            _news(db, item, now=now)
    return len(rows)


def _check_waits(item: InboxItem) -> None:
    if item.state not in WAITING:
        by = f" by {item.resolved_by}" if item.resolved_by else ""
        raise ItemClosed(f"The item is {item.state}{by} already.", state=item.state.value)


def _held(item: InboxItem, by: Attendant) -> ItemHeld:
    other = ", another one than this," if item.claimed_by == by.name else ""
    return ItemHeld(
        f"{item.claimed_by}{other} has claimed this item; ask them, or take it over.",
        holder=item.claimed_by,
        claimed_at=item.claimed_at,
    )


def _move(db: Session, item: InboxItem, values: dict[str, Any], *, by: Attendant) -> None:
    if repository.move(db, item.id, was=item.state, holder=item.claimed_key, values=values):
        return
    fresh = get(db, item.id)
    _check_waits(fresh)
    raise _held(fresh, by) if fresh.claimed_by else ItemHeld("The item has changed; read it again.")


def _closed(state: ItemState, *, now: datetime) -> dict[str, Any]:
    return {"state": state, "open_key": None, "resolved_at": now}


def _news(db: Session, item: InboxItem, *, now: datetime) -> InboxItem:
    fresh = get(db, item.id)
    _tell(db, fresh, now=now)
    return fresh


def _tell(db: Session, item: InboxItem, *, now: datetime) -> None:
    told = {
        "id": item.id,
        "kind": item.kind.value,
        "state": item.state.value,
        "account_id": item.account_id,
        "account": item.account,
        "title": item.title,
    }
    events.publish(db, "inbox_update", told, now=now)


def _record(
    db: Session, item: InboxItem, verb: str, *, by: Attendant, now: datetime, **after: Any
) -> None:
    """`item` as it was before."""
    audit.record(
        db,
        actor=by.name,
        action=f"inbox.{verb}",
        subject=("inbox_item", str(item.id)),
        now=now,
        before={"state": item.state.value, "claimed_by": item.claimed_by},
        after=after or None,
    )
