"""What a person adds to an item to show what they have done. The `with` blocks are the transaction edges."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.evidence import service as evidence
from retinue.capabilities.evidence.schemas import Found
from retinue.capabilities.inbox import repository
from retinue.capabilities.inbox.errors import EvidenceFull
from retinue.capabilities.inbox.models import InboxItem
from retinue.capabilities.inbox.schemas import Attendant
from retinue.capabilities.inbox.service.handling import (
    MOST_ADDED,
    SUBJECT,
    added,
    check_hand,
    check_waits,
)
from retinue.capabilities.inbox.service.reading import get
from retinue.capabilities.inbox.service.telling import news, record
from retinue.foundation.errors import Unavailable
from retinue.foundation.pictures import draw
from retinue.foundation.runtime import Runtime


def receive_evidence(
    runtime: Runtime, item_id: int, content: bytes, *, title: str | None, by: Attendant
) -> InboxItem:
    """
    Decode a picture, keep it drawn anew, and put it to the item.

    Raises:
        ItemNotFound: there is none of this id, or it is of none of these accounts.
        ItemHeld, ItemClosed: it is not theirs to deal with.
        EvidenceFull: enough was added.
        PictureRefused: it cannot be kept.
        Unavailable: the disk does not take it.
    """
    with runtime.database.reading() as db:
        asked = get(db, item_id, account_ids=by.account_ids)
        _check(db, asked, by)
        account_id = asked.account_id

    found = Found(
        subject=(SUBJECT, str(item_id)),
        title=title or f"added by {by.name}",
        picture=draw(content).content,
        account_id=account_id,
        added_by=by.name,
    )
    written = evidence.write(runtime.configuration.data_dir, found)
    if not written.ids:
        raise Unavailable("The picture could not be written; look for room on the disk.")

    with runtime.database.writing() as db:
        now = runtime.clock.now()
        item = repository.held(db, item_id)
        if item is None:
            item = get(db, item_id)
        _check(db, item, by)
        (evidence_id,) = evidence.enter(db, written, now=now)
        return add_evidence(db, item, evidence_id, by=by, now=now)


def add_evidence(
    db: Session, item: InboxItem, evidence_id: str, *, by: Attendant, now: datetime
) -> InboxItem:
    """`item` is held by this transaction."""
    record(db, item, "evidence_added", by=by, now=now, evidence_id=evidence_id)
    item.evidence = [*item.evidence, evidence_id]
    db.flush()
    return news(db, item, now=now)


def _check(db: Session, item: InboxItem, by: Attendant) -> None:
    check_waits(item)
    check_hand(item, by)
    if added(db, item) >= MOST_ADDED:
        raise EvidenceFull(f"file: {MOST_ADDED} pictures were added already; that is enough.")
