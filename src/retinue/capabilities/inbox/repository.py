from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.inbox.models import WAITING, InboxItem, ItemKind, ItemState
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.foundation.database.rows import changed

_FRESH = {"populate_existing": True}


def add(db: Session, item: InboxItem) -> bool:
    """False when an item of its key waits already."""
    try:
        with db.begin_nested():
            db.add(item)
            db.flush()
    except IntegrityError:
        return False
    return True


def find(db: Session, item_id: int) -> InboxItem | None:
    return db.get(InboxItem, item_id, populate_existing=True)


def waiting(db: Session, key: str, *, for_update: bool = False) -> InboxItem | None:
    """The item that waits under the key."""
    found = select(InboxItem).where(InboxItem.open_key == key)
    if for_update:
        found = found.with_for_update()
    return db.scalars(found.execution_options(**_FRESH)).one_or_none()


def held(db: Session, item_id: int) -> InboxItem | None:
    """The item, locked until the commit."""
    found = select(InboxItem).where(InboxItem.id == item_id).with_for_update()
    return db.scalars(found.execution_options(**_FRESH)).one_or_none()


def latest(db: Session, key: str, *, subject: tuple[str, str]) -> InboxItem | None:
    found = select(InboxItem).where(
        InboxItem.subject_kind == subject[0],
        InboxItem.subject_id == subject[1],
        InboxItem.key == key,
    )
    newest = found.order_by(InboxItem.id.desc()).limit(1)
    return db.scalars(newest.execution_options(**_FRESH)).one_or_none()


def closed(state: ItemState, *, now: datetime) -> dict[str, Any]:
    """What it means to wait no more."""
    return {"state": state, "open_key": None, "resolved_at": now}


def waiting_about(db: Session, kind: str, subject_ids: Collection[str]) -> Sequence[InboxItem]:
    found = select(InboxItem).where(
        InboxItem.subject_kind == kind,
        InboxItem.subject_id.in_(subject_ids),
        InboxItem.state.in_(WAITING),
    )
    return db.scalars(found.order_by(InboxItem.id).execution_options(**_FRESH)).all()


def waiting_of(db: Session, kind: ItemKind, account_ids: Collection[int]) -> Sequence[InboxItem]:
    found = select(InboxItem).where(
        InboxItem.account_id.in_(account_ids),
        InboxItem.kind == kind,
        InboxItem.state.in_(WAITING),
    )
    return db.scalars(found.order_by(InboxItem.id).execution_options(**_FRESH)).all()


def page(
    db: Session, wanted: ItemFilter, *, before_id: int | None, limit: int
) -> Sequence[InboxItem]:
    """The newest first."""
    query = _filtered(select(InboxItem), wanted)
    if before_id is not None:
        query = query.where(InboxItem.id < before_id)
    return db.scalars(query.order_by(InboxItem.id.desc()).limit(limit)).all()


def count(db: Session, wanted: ItemFilter, *, at_most: int) -> int:
    """How many fit; counting ends at `at_most`."""
    some = _filtered(select(InboxItem.id), wanted).limit(at_most)
    return db.scalar(select(func.count()).select_from(some.subquery())) or 0


def _filtered(query: Select[Any], wanted: ItemFilter) -> Select[Any]:
    if wanted.states:
        query = query.where(InboxItem.state.in_(wanted.states))
    if wanted.kind is not None:
        query = query.where(InboxItem.kind == wanted.kind)
    if wanted.account_id is not None:
        query = query.where(InboxItem.account_id == wanted.account_id)
    if wanted.hands:
        mine = or_(InboxItem.assigned_to.in_(wanted.hands), InboxItem.claimed_key.in_(wanted.hands))
        query = query.where(mine)
    if wanted.account_ids is not None:
        query = query.where(InboxItem.account_id.in_(sorted(wanted.account_ids)))
    return query


def move(
    db: Session,
    item_id: int,
    *,
    was: ItemState,
    holder: str | None,
    values: dict[str, Any],
) -> bool:
    """
    Change an item that still stands as it was seen; `holder` is a key. False when somebody else was faster.
    """
    is_same_holder = (
        InboxItem.claimed_key.is_(None) if holder is None else InboxItem.claimed_key == holder
    )
    statement = (
        update(InboxItem)
        .where(InboxItem.id == item_id, InboxItem.state == was, is_same_holder)
        .values(**values)
    )
    return changed(db, statement) == 1


def overdue(db: Session, *, now: datetime, limit: int) -> Sequence[InboxItem]:
    query = select(InboxItem).where(InboxItem.due_at <= now, InboxItem.state.in_(WAITING))
    return db.scalars(query.order_by(InboxItem.due_at, InboxItem.id).limit(limit)).all()
