"""
The best of a pool, in few rows: each pool, and each tag set of it, is kept in the order of shortfall.

Prepared, because a choice asks several of these one after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from retinue.capabilities.content.models import (
    ContentItem,
    ContentKind,
    ContentTag,
    ContentText,
    ContentUse,
)
from retinue.capabilities.content.schemas.choosing import Candidate, Wanted
from retinue.foundation.database import UtcDateTime
from retinue.foundation.database.prepared import Prepared

Table = type[ContentItem] | type[ContentText]

_WOKEN_AT_ONCE = 32


def table_of(kind: ContentKind) -> Table:
    return ContentItem if kind is ContentKind.image else ContentText


def hash_of(table: Table) -> Any:
    return ContentItem.sha256 if table is ContentItem else ContentText.text_hash


def _in_pool(table: Table) -> tuple[ColumnElement[bool], ...]:
    kind = bindparam("kind", type_=ContentText.kind.type)
    by_kind = () if table is ContentItem else (ContentText.kind == kind,)
    return (
        table.persona_id == bindparam("persona_id"),
        *by_kind,
        table.category == bindparam("category"),
    )


def _best(table: Table, *where: ColumnElement[bool]) -> Select[Any]:
    content_hash = hash_of(table)
    seen = (
        select(ContentUse.id)
        .where(
            ContentUse.account_id == bindparam("account_id"),
            ContentUse.content_hash == content_hash,
            ContentUse.released_at.is_(None),
        )
        .correlate(table)
        .exists()
    )
    return (
        select(
            table.id,
            table.tag_set_id,
            content_hash.label("content_hash"),
            table.quality,
            table.use_count,
            table.success_count,
            table.last_used_s,
            table.shortfall,
        )
        .where(
            *where,
            table.resting_since.is_(None),
            table.shortfall > bindparam("after", type_=Integer()),
            table.quality >= bindparam("min_quality"),
            or_(
                table.guarded_since.is_(None),
                table.guarded_since <= bindparam("rested", type_=UtcDateTime()),
            ),
            ~seen,
        )
        .order_by(table.shortfall, table.last_used_s, table.id)
        .limit(bindparam("number", type_=Integer()))
    )


def _over(table: Table) -> Select[Any]:
    return (
        select(table.id)
        .where(
            *_in_pool(table),
            table.resting_since <= bindparam("rested", type_=UtcDateTime()),
        )
        .order_by(table.resting_since)
        .limit(bindparam("number", type_=Integer()))
        .with_for_update(skip_locked=True)
    )


_TABLES: tuple[Table, ...] = (ContentItem, ContentText)
_OF_POOL = {table: Prepared(_best(table, *_in_pool(table))) for table in _TABLES}
_OF_SET = {
    table: Prepared(_best(table, table.tag_set_id == bindparam("tag_set_id"))) for table in _TABLES
}
_OVER = {table: Prepared(_over(table)) for table in _TABLES}
_SETS_OF_TAG = Prepared(
    select(ContentTag.tag_set_id)
    .where(
        ContentTag.persona_id == bindparam("persona_id"),
        ContentTag.kind == bindparam("kind", type_=ContentTag.kind.type),
        ContentTag.category == bindparam("category"),
        ContentTag.tag == bindparam("tag"),
    )
    .limit(bindparam("number", type_=Integer()))
)


class Pool:
    """One category of what is wanted; whatever is asked of it is asked with the same filters."""

    def __init__(self, db: Session, wanted: Wanted, category: str, *, rested: datetime) -> None:
        self.db = db
        self.table = table_of(wanted.kind)
        self.rested = rested
        self.wanted = wanted
        self.category = category
        self._values: dict[str, Any] = {
            "persona_id": wanted.persona_id,
            "kind": wanted.kind,
            "category": category,
            "account_id": wanted.account_id,
            "min_quality": wanted.min_quality,
            "rested": rested,
        }

    def best(self, number: int, *, after: int = -1) -> list[Candidate]:
        """Those of the smallest shortfall above `after` that pass the filters, the best first."""
        return self._asked(_OF_POOL[self.table], number=number, after=after)

    def best_of_set(self, tag_set_id: int, number: int, *, after: int = -1) -> list[Candidate]:
        return self._asked(_OF_SET[self.table], number=number, after=after, tag_set_id=tag_set_id)

    def _asked(self, statement: Prepared, **more: int) -> list[Any]:
        return statement.all(self.db.connection(), {**self._values, **more})

    def sets_of_tag(self, tag: str, *, at_most: int) -> list[int]:
        """Some of the pool's tag sets that hold it."""
        values = {**self._values, "tag": tag, "number": at_most}
        return [row[0] for row in _SETS_OF_TAG.all(self.db.connection(), values)]

    def tags_shared(self, tag_set_ids: Collection[int]) -> dict[int, int]:
        """How many of the wanted tags each of these sets holds, where it holds any."""
        found = (
            select(ContentTag.tag_set_id, func.count())
            .where(
                ContentTag.persona_id == self.wanted.persona_id,
                ContentTag.kind == self.wanted.kind,
                ContentTag.category == self.category,
                ContentTag.tag.in_(set(self.wanted.tags)),
                ContentTag.tag_set_id.in_(tag_set_ids),
            )
            .group_by(ContentTag.tag_set_id)
        )
        return {row[0]: row[1] for row in self.db.execute(found)}

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        table = self.table
        by_kind = () if table is ContentItem else (ContentText.kind == self.wanted.kind,)
        return (
            table.persona_id == self.wanted.persona_id,
            *by_kind,
            table.category == self.category,
        )

    def wake(self, number: int = _WOKEN_AT_ONCE) -> int:
        """Let some of those whose rest is over be chosen again, the longest rested first."""
        found = _OVER[self.table].all(self.db.connection(), {**self._values, "number": number})
        if not found:
            return 0
        changed = update(self.table).where(self.table.id.in_([row[0] for row in found]))
        changed = changed.values(resting_since=None)
        self.db.execute(changed.execution_options(synchronize_session=False))
        return len(found)


def first_of(pool: Pool, number: int) -> list[Any]:
    """Some of the pool, whatever its state, as far as its filters look at it."""
    table = pool.table
    found = select(
        hash_of(table).label("content_hash"),
        table.quality,
        table.archived_at,
        table.shortfall,
        table.guarded_since,
    ).where(*pool.conditions())
    return list(pool.db.execute(found.limit(number)))


def seen_of(db: Session, account_id: int) -> set[str]:
    """What the account has been given and not given back."""
    found = select(ContentUse.content_hash).where(
        ContentUse.account_id == account_id, ContentUse.released_at.is_(None)
    )
    return set(db.scalars(found))
