from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from retinue.capabilities.inbox import repository
from retinue.capabilities.inbox.errors import ItemNotFound
from retinue.capabilities.inbox.models import InboxItem
from retinue.capabilities.inbox.schemas import ItemFilter

COUNTED_AT_MOST = 10_000


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
