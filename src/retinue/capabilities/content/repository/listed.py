"""Items as people look at them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.content.models import (
    ContentItem,
    ContentKind,
    ContentPrint,
    ContentTag,
    ContentText,
    ContentUse,
)
from retinue.capabilities.content.repository.choosing import Table
from retinue.capabilities.content.schemas.listed import ContentFilter, ContentSort, ContentState

SortKey = tuple[int, int]

_SORTED_BY = {
    ContentSort.newest: "id",
    ContentSort.quality: "quality",
    ContentSort.uses: "use_count",
    ContentSort.last_used: "last_used_s",
}


def sort_key(row: Any, sort: ContentSort) -> SortKey:
    return getattr(row, _SORTED_BY[sort]), row.id


def page(
    db: Session, table: Table, wanted: ContentFilter, *, after: SortKey | None, limit: int
) -> Sequence[Any]:
    column = getattr(table, _SORTED_BY[wanted.sort])
    query = _filtered(select(table), table, wanted)
    if after is not None:
        query = query.where(tuple_(column, table.id) < after)
    return db.scalars(query.order_by(column.desc(), table.id.desc()).limit(limit)).all()


def count(db: Session, table: Table, wanted: ContentFilter, *, at_most: int) -> int:
    """How many fit; counting ends at `at_most`."""
    some = _filtered(select(table.id), table, wanted).limit(at_most)
    return db.scalar(select(func.count()).select_from(some.subquery())) or 0


def _filtered(query: Select[Any], table: Table, wanted: ContentFilter) -> Select[Any]:
    if wanted.persona_id is not None:
        query = query.where(table.persona_id == wanted.persona_id)
    if wanted.kind is not None and table is ContentText:
        query = query.where(ContentText.kind == wanted.kind)
    if wanted.category is not None:
        query = query.where(table.category == wanted.category)
    if wanted.state is not None:
        query = query.where(_is(table, wanted.state))
    if wanted.search is not None:
        query = query.where(_found_by(table, wanted.search))
    return query


def _is(table: Table, state: ContentState) -> ColumnElement[bool]:
    if state is ContentState.archived:
        return table.archived_at.is_not(None)
    if state is ContentState.used_up:
        return and_(table.archived_at.is_(None), table.shortfall.is_(None))
    rests = table.resting_since.is_not(None)
    is_resting = rests if state is ContentState.resting else ~rests
    return and_(table.archived_at.is_(None), table.shortfall.is_not(None), is_resting)


def _found_by(table: Table, words: str) -> ColumnElement[bool]:
    spoken = ContentItem.title if table is ContentItem else ContentText.text
    tagged = select(ContentTag.tag_set_id).where(ContentTag.tag == words.strip().casefold())
    is_image = ContentTag.kind == ContentKind.image
    tagged = tagged.where(is_image if table is ContentItem else ~is_image)
    # Folded by us: engines differ in how far `lower` goes.
    pattern = spoken.icontains(words, autoescape=True)
    return or_(pattern, table.tag_set_id.in_(tagged))


def given(db: Session, table: Table, ids: Collection[int]) -> Sequence[Any]:
    """Held until the transaction ends, in the order of ids."""
    found = select(table).where(table.id.in_(ids)).order_by(table.id).with_for_update()
    return db.scalars(found.execution_options(populate_existing=True)).all()


def has_uses(db: Session, table: Table, item_id: int) -> bool:
    column = ContentUse.item_id if table is ContentItem else ContentUse.text_id
    return db.scalar(select(ContentUse.id).where(column == item_id).limit(1)) is not None


def remove(db: Session, table: Table, item_id: int) -> bool:
    """False while something refers to it."""
    try:
        with db.begin_nested():
            if table is ContentItem:
                db.execute(delete(ContentPrint).where(ContentPrint.item_id == item_id))
            db.execute(delete(table).where(table.id == item_id))
    except IntegrityError:
        return False
    return True


def known_files(db: Session, digests: Collection[str]) -> set[str]:
    """Those of the digests that a picture names."""
    found = select(ContentItem.sha256).where(ContentItem.sha256.in_(digests))
    return set(db.scalars(found))
