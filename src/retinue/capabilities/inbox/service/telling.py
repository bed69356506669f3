from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.inbox.models import InboxItem
from retinue.capabilities.inbox.schemas import Attendant
from retinue.capabilities.inbox.service.reading import get
from retinue.foundation.events import service as events


def news(db: Session, item: InboxItem, *, now: datetime) -> InboxItem:
    """The item as it is now, told to whoever listens."""
    fresh = get(db, item.id)
    tell(db, fresh, now=now)
    return fresh


def tell(db: Session, item: InboxItem, *, now: datetime) -> None:
    told = {
        "id": item.id,
        "kind": item.kind.value,
        "state": item.state.value,
        "account_id": item.account_id,
        "account": item.account,
        "title": item.title,
    }
    events.publish(db, "inbox_update", told, now=now)


def record(
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
