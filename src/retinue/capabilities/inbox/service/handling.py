"""What people do with an item: take it, pass it on, give it back, decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.evidence import service as evidence
from retinue.capabilities.evidence.schemas import EvidenceFilter
from retinue.capabilities.inbox import repository
from retinue.capabilities.inbox.errors import EvidenceMissing, ItemClosed, ItemHeld
from retinue.capabilities.inbox.models import WAITING, InboxItem, ItemState
from retinue.capabilities.inbox.schemas import Attendant
from retinue.capabilities.inbox.service.reading import get
from retinue.capabilities.inbox.service.telling import news, record
from retinue.foundation.errors import Invalid
from retinue.foundation.redaction import redact

CHUNK = 200
MOST_ADDED = 10
SUBJECT = "inbox_item"
"""What the pictures are about that people have added."""

_FREE = {"state": ItemState.open, "claimed_by": None, "claimed_key": None, "claimed_at": None}


def claim(
    db: Session, item: InboxItem, *, by: Attendant, now: datetime, take_over: bool = False
) -> InboxItem:
    """
    Take an item, so that nobody else works on it. One's own again is no error.

    Raises:
        ItemHeld: somebody else has it or is to have it, and it is not taken over.
        ItemClosed: it waits for nobody any more.
    """
    check_waits(item)
    holder = item.claimed_key
    if holder == by.hand:
        return item
    if not take_over:
        check_hand(item, by)
    is_others = holder is not None or item.assigned_to not in {None, by.name}
    values = {
        "state": ItemState.claimed,
        "claimed_by": by.name[:190],
        "claimed_key": by.hand,
        "claimed_at": now,
        "assigned_to": None if is_others else item.assigned_to,
    }
    _move(db, item, values, by=by)
    record(db, item, "taken_over" if is_others else "claimed", by=by, now=now)
    return news(db, item, now=now)


def release(db: Session, item: InboxItem, *, by: Attendant, now: datetime) -> InboxItem:
    """
    Give an item back. One that nobody has is no error.

    Raises:
        ItemHeld: somebody else has it.
        ItemClosed: it waits for nobody any more.
    """
    check_waits(item)
    if item.claimed_key is None:
        return item
    if item.claimed_key != by.hand:
        raise held(item, by)
    _move(db, item, _FREE, by=by)
    record(db, item, "released", by=by, now=now)
    return news(db, item, now=now)


def assign(
    db: Session, item: InboxItem, operator: str | None, *, by: Attendant, now: datetime
) -> InboxItem:
    """
    Say who is to deal with an item, by what they are called as actors (`operator:anna`), or with none
    that anybody may. Whoever assigns what they had claimed gives it up.

    Raises:
        ItemHeld: somebody else has claimed it.
        ItemClosed: it waits for nobody any more.
    """
    check_waits(item)
    if item.claimed_key not in {None, by.hand}:
        raise held(item, by)
    name = None if operator is None else operator[:190]
    if name == item.assigned_to:
        return item
    values: dict[str, Any] = {"assigned_to": name}
    if name not in {None, by.name}:
        values |= _FREE
    _move(db, item, values, by=by)
    record(db, item, "assigned", by=by, now=now, assigned_to=name)
    return news(db, item, now=now)


def resolve(
    db: Session, item: InboxItem, resolution: str, *, note: str | None, by: Attendant, now: datetime
) -> InboxItem:
    """
    Close an item with one of its choices. What the choice does is for whoever reacts to it.

    Raises:
        Invalid: the choice is not on offer.
        EvidenceMissing: the choice says that something was done, and nothing shows it.
        ItemHeld: somebody else has claimed it.
        ItemClosed: it waits for nobody any more.
    """
    check_waits(item)
    check_hand(item, by)
    offered = {choice["value"]: choice for choice in item.choices}
    if resolution not in offered:
        raise Invalid.field("resolution", f"is not on offer here; choose of {', '.join(offered)}")
    if offered[resolution].get("needs_evidence") and not (note or added(db, item)):
        raise EvidenceMissing(
            "note: say what shows that it is done, or add a picture of it before you resolve the item."
        )
    values = {
        **repository.closed(ItemState.resolved, now=now),
        "resolution": resolution,
        "resolved_by": by.name[:190],
        "note": None if note is None else redact(note),
    }
    _move(db, item, values, by=by)
    record(db, item, "resolved", by=by, now=now, resolution=resolution, note=values["note"])
    return news(db, item, now=now)


def overdue(db: Session, *, now: datetime, limit: int = CHUNK) -> Sequence[InboxItem]:
    """What waits and has lost its point, the longest ago first."""
    return repository.overdue(db, now=now, limit=limit)


def expired(db: Session, item: InboxItem, *, now: datetime) -> InboxItem | None:
    """Close what has lost its point, with what it says of that case; none where somebody was faster."""
    if item.state not in WAITING:
        return None
    values = {
        **repository.closed(ItemState.expired, now=now),
        "resolution": item.at_expiry,
        "resolved_by": None if item.at_expiry is None else "retinue",
    }
    if not repository.move(db, item.id, was=item.state, holder=item.claimed_key, values=values):
        return None
    return news(db, item, now=now)


def added(db: Session, item: InboxItem) -> int:
    """How many pictures people have added, as far as they are still kept."""
    about = EvidenceFilter(subject=(SUBJECT, str(item.id)))
    return len(evidence.page(db, about, limit=MOST_ADDED))


def check_waits(item: InboxItem) -> None:
    if item.state not in WAITING:
        by = f" by {item.resolved_by}" if item.resolved_by else ""
        raise ItemClosed(f"The item is {item.state}{by} already.", state=item.state.value)


def check_hand(item: InboxItem, by: Attendant) -> None:
    """
    Raises:
        ItemHeld: somebody else has claimed it, or it is assigned to them.
    """
    if item.claimed_key is not None:
        if item.claimed_key != by.hand:
            raise held(item, by)
    elif item.assigned_to not in {None, by.name}:
        raise ItemHeld(
            f"The item is assigned to {item.assigned_to}; ask them, or take it over.",
            holder=item.assigned_to,
        )


def held(item: InboxItem, by: Attendant) -> ItemHeld:
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
    check_waits(fresh)
    raise held(fresh, by) if fresh.claimed_by else ItemHeld("The item has changed; read it again.")
