from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.content.models import (
    ContentItem,
    ContentKind,
    ContentPrint,
    ContentTag,
    ContentTagSet,
    ContentText,
)

_COMPARED = 200


def find_item(db: Session, item_id: int, *, for_update: bool = False) -> ContentItem | None:
    return db.get(ContentItem, item_id, populate_existing=True, with_for_update=for_update or None)


def find_text(db: Session, text_id: int, *, for_update: bool = False) -> ContentText | None:
    return db.get(ContentText, text_id, populate_existing=True, with_for_update=for_update or None)


def item_of_hash(db: Session, persona_id: int, sha256: str) -> ContentItem | None:
    found = select(ContentItem).where(
        ContentItem.persona_id == persona_id, ContentItem.sha256 == sha256
    )
    return db.scalars(found).one_or_none()


def item_of_source(db: Session, persona_id: int, source_sha256: str) -> ContentItem | None:
    found = select(ContentItem).where(
        ContentItem.persona_id == persona_id, ContentItem.source_sha256 == source_sha256
    )
    return db.scalars(found.order_by(ContentItem.id).limit(1)).one_or_none()


def text_of_hash(
    db: Session, persona_id: int, kind: ContentKind, text_hash: str
) -> ContentText | None:
    found = select(ContentText).where(
        ContentText.persona_id == persona_id,
        ContentText.kind == kind,
        ContentText.text_hash == text_hash,
    )
    return db.scalars(found).one_or_none()


def add(db: Session, row: ContentItem | ContentText | ContentTagSet) -> bool:
    """False when the same is there already."""
    try:
        with db.begin_nested():
            db.add(row)
            db.flush()
    except IntegrityError:
        return False
    return True


def add_prints(db: Session, item: ContentItem, quarters: Iterable[int]) -> None:
    rows = [
        {"persona_id": item.persona_id, "quarter": quarter, "item_id": item.id}
        for quarter in quarters
    ]
    db.execute(insert(ContentPrint), rows)


def sharing_prints(
    db: Session, persona_id: int, quarters: Collection[int]
) -> Sequence[tuple[int, int]]:
    """(id, phash) of some pictures that may look alike, the oldest first."""
    shared = (
        select(ContentPrint.item_id)
        .where(ContentPrint.persona_id == persona_id, ContentPrint.quarter.in_(quarters))
        .distinct()
        .order_by(ContentPrint.item_id)
        .limit(_COMPARED)
        .subquery()
    )
    found = select(ContentItem.id, ContentItem.phash).join(
        shared, shared.c.item_id == ContentItem.id
    )
    return [(row[0], row[1]) for row in db.execute(found.order_by(ContentItem.id))]


def tag_set_id(
    db: Session, persona_id: int, kind: ContentKind, category: str, digest: str
) -> int | None:
    found = select(ContentTagSet.id).where(
        ContentTagSet.persona_id == persona_id,
        ContentTagSet.kind == kind,
        ContentTagSet.category == category,
        ContentTagSet.digest == digest,
    )
    return db.scalar(found)


def add_tags(db: Session, tag_set: ContentTagSet, tags: Iterable[str]) -> None:
    rows = [
        {
            "persona_id": tag_set.persona_id,
            "kind": tag_set.kind,
            "category": tag_set.category,
            "tag": tag,
            "tag_set_id": tag_set.id,
        }
        for tag in tags
    ]
    if rows:
        db.execute(insert(ContentTag), rows)
