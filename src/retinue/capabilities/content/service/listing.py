"""Items as people look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.content.errors import ContentNotFound
from retinue.capabilities.content.models import ContentItem, ContentText
from retinue.capabilities.content.repository import adding
from retinue.capabilities.content.repository import listed as repository
from retinue.capabilities.content.repository.choosing import Table
from retinue.capabilities.content.schemas.listed import (
    ContentFilter,
    ContentRead,
    ContentState,
    TextRead,
)
from retinue.capabilities.content.service.standing import Standing
from retinue.capabilities.personas import service as personas

MOST_COUNTED = 10_000

_COMMON = (
    *("id", "persona_id", "category", "tags", "quality", "max_usage", "held_count", "use_count"),
    *("success_count", "last_used_at", "archived_at", "created_at"),
)


def items_page(
    db: Session, wanted: ContentFilter, *, after: tuple[int, int] | None = None, limit: int
) -> Sequence[ContentItem]:
    return repository.page(db, ContentItem, wanted, after=after, limit=limit)


def texts_page(
    db: Session, wanted: ContentFilter, *, after: tuple[int, int] | None = None, limit: int
) -> Sequence[ContentText]:
    return repository.page(db, ContentText, wanted, after=after, limit=limit)


def count(db: Session, wanted: ContentFilter, *, is_text: bool) -> int | None:
    """How many there are in all; none above 10,000."""
    table: Table = ContentText if is_text else ContentItem
    number = repository.count(db, table, wanted, at_most=MOST_COUNTED + 1)
    return number if number <= MOST_COUNTED else None


sort_key = repository.sort_key


def get_item(db: Session, item_id: int, *, for_update: bool = False) -> ContentItem:
    """
    Raises:
        ContentNotFound: there is no such picture.
    """
    item = adding.find_item(db, item_id, for_update=for_update)
    if item is None:
        raise ContentNotFound(f"content: there is no picture {item_id}.")
    return item


def get_text(db: Session, text_id: int, *, for_update: bool = False) -> ContentText:
    """
    Raises:
        ContentNotFound: there is no such text.
    """
    text = adding.find_text(db, text_id, for_update=for_update)
    if text is None:
        raise ContentNotFound(f"content: there is no text {text_id}.")
    return text


def read_items(db: Session, rows: Iterable[ContentItem]) -> list[ContentRead]:
    rows = list(rows)
    names = personas.names(db, {row.persona_id for row in rows})
    return [ContentRead(**_facts_of_item(row), persona=names[row.persona_id]) for row in rows]


def read_texts(db: Session, rows: Iterable[ContentText]) -> list[TextRead]:
    rows = list(rows)
    names = personas.names(db, {row.persona_id for row in rows})
    return [
        TextRead(**_common(row), kind=row.kind, text=row.text, persona=names[row.persona_id])
        for row in rows
    ]


def _facts_of_item(row: ContentItem) -> dict[str, Any]:
    return {
        **_common(row),
        "title": row.title,
        "sha256": row.sha256,
        "media_type": row.media_type,
        "width": row.width,
        "height": row.height,
        "bytes": row.bytes,
        "image_url": f"/api/content/{row.id}/image",
        "thumbnail_url": f"/api/content/{row.id}/thumbnail",
    }


def _common(row: Standing) -> dict[str, Any]:
    rate = round(row.success_count / row.use_count, 4) if row.use_count else None
    return {name: getattr(row, name) for name in _COMMON} | {
        "state": state_of(row),
        "success_rate": rate,
    }


def state_of(row: Standing) -> ContentState:
    if row.archived_at is not None:
        return ContentState.archived
    if row.shortfall is None:
        return ContentState.used_up
    return ContentState.available if row.resting_since is None else ContentState.resting
