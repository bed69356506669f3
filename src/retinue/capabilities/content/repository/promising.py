"""How an item is held while it is promised, and what is written down of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from retinue.capabilities.content.models import ContentItem, ContentText, ContentUse
from retinue.capabilities.content.repository.choosing import Table, hash_of
from retinue.foundation.database.prepared import Prepared

_TABLES: tuple[Table, ...] = (ContentItem, ContentText)


def _held(table: Table) -> Select[Any]:
    found: Any = select(
        table.id,
        table.quality,
        table.max_usage,
        table.held_count,
        table.use_count,
        table.success_count,
        table.shortfall,
        table.guarded_since,
        table.archived_at,
    )
    alike = hash_of(table) == bindparam("content_hash")
    held: Select[Any] = found.where(alike).order_by(table.id).with_for_update(skip_locked=True)
    return held


def _number(table: Table) -> Select[Any]:
    return select(func.count().label("number")).where(hash_of(table) == bindparam("content_hash"))


_HELD = {table: Prepared(_held(table)) for table in _TABLES}
_NUMBER = {table: Prepared(_number(table)) for table in _TABLES}
_SEEN = Prepared(
    select(ContentUse.id)
    .where(
        ContentUse.account_id == bindparam("account_id"),
        ContentUse.content_hash == bindparam("content_hash"),
        ContentUse.released_at.is_(None),
    )
    .limit(1)
)


def lock_alike(db: Session, table: Table, content_hash: str) -> Mapping[int, Any] | None:
    """
    Every item of this content, of whichever persona, held until the transaction ends.

    None where somebody else holds one of them: they are being given away.
    """
    connection, asked = db.connection(), {"content_hash": content_hash}
    rows = {row.id: row for row in _HELD[table].all(connection, asked)}
    if connection.dialect.name == "sqlite":
        # One writer: nobody else can hold any.
        return rows
    return rows if len(rows) == _NUMBER[table].first(connection, asked).number else None


def is_seen_by(db: Session, account_id: int, content_hash: str) -> bool:
    asked = {"account_id": account_id, "content_hash": content_hash}
    return _SEEN.first(db.connection(), asked) is not None


def hold(db: Session, table: Table, item_id: int, values: dict[str, Any]) -> None:
    db.connection().execute(update(table).where(table.id == item_id), values)
    known = db.identity_map.get(identity_key(table, item_id))
    if known is not None:
        db.expire(known)


def add_use(db: Session, values: dict[str, Any]) -> int:
    made = db.connection().execute(insert(ContentUse), values).inserted_primary_key
    return int(made[0]) if made is not None else 0


def use(db: Session, use_id: int) -> ContentUse | None:
    """Held until the transaction ends."""
    found = select(ContentUse).where(ContentUse.id == use_id).with_for_update()
    return db.scalars(found.execution_options(populate_existing=True)).one_or_none()


def wait_for_alike(db: Session, table: Table, content_hash: str) -> Sequence[Any]:
    """As `lock_alike`, but whoever holds one of them is waited for."""
    found = select(table).where(hash_of(table) == content_hash).order_by(table.id)
    found = found.with_for_update().execution_options(populate_existing=True)
    return db.scalars(found).all()


def last_given(db: Session, content_hash: str) -> datetime | None:
    """When this content was last given to anybody who has not given it back."""
    found = select(func.max(ContentUse.reserved_at)).where(
        ContentUse.content_hash == content_hash, ContentUse.released_at.is_(None)
    )
    return db.scalar(found)
