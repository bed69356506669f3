"""What people change about items, one or many at a time; the audit log keeps each change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.content.errors import ContentInUse, TextExists
from retinue.capabilities.content.models import ContentItem, ContentKind, ContentText
from retinue.capabilities.content.repository import adding
from retinue.capabilities.content.repository import listed as repository
from retinue.capabilities.content.repository.choosing import Table
from retinue.capabilities.content.schemas.listed import (
    BulkAct,
    BulkRead,
    ContentBulkRow,
    ContentChange,
    TextChange,
)
from retinue.capabilities.content.service.adding import (
    clean_tags,
    clean_text,
    hash_of,
    tag_set_of,
)
from retinue.capabilities.content.service.listing import get_item, get_text
from retinue.capabilities.content.service.standing import Standing, shortfall_of
from retinue.foundation.errors import Invalid, Refusal


def change_item(
    db: Session, item_id: int, wanted: ContentChange, *, actor: str, now: datetime
) -> ContentItem:
    """
    Raises:
        ContentNotFound: there is no such picture.
        Invalid: a value cannot be used.
    """
    item = get_item(db, item_id, for_update=True)
    before = _told(item)
    if "title" in wanted.model_fields_set:
        item.title = wanted.title
    _change(db, item, ContentKind.image, wanted)
    _record(db, item, "changed", before, actor=actor, now=now)
    return item


def change_text(
    db: Session, text_id: int, wanted: TextChange, *, actor: str, now: datetime
) -> ContentText:
    """
    Raises:
        ContentNotFound: there is no such text.
        ContentInUse: another text, though this one was assigned already.
        TextExists: the persona has that text already.
        Invalid: a value cannot be used.
    """
    row = get_text(db, text_id, for_update=True)
    before = _told(row)
    if wanted.text is not None:
        _rewrite(db, row, clean_text(wanted.text))
    _change(db, row, row.kind, wanted)
    _record(db, row, "changed", before, actor=actor, now=now)
    return row


def _rewrite(db: Session, row: ContentText, text: str) -> None:
    text_hash = hash_of(text)
    if text_hash == row.text_hash:
        return
    if repository.has_uses(db, ContentText, row.id):
        raise ContentInUse(f"Text {row.id} was assigned; archive it and add the other one.")
    if adding.text_of_hash(db, row.persona_id, row.kind, text_hash) is not None:
        raise TextExists("text: the persona has it already.")
    row.text, row.text_hash = text, text_hash


def _change(
    db: Session, row: Standing, kind: ContentKind, wanted: ContentChange | TextChange
) -> None:
    sent = wanted.model_fields_set
    if "max_usage" in sent:
        taken = row.use_count + row.held_count
        if wanted.max_usage is not None and wanted.max_usage < taken:
            raise Invalid.field("max_usage", f"is at least {taken}: so often it was given already")
        row.max_usage = wanted.max_usage
    if wanted.quality is not None:
        row.quality = wanted.quality
    if wanted.category is not None:
        row.category = wanted.category
    if wanted.tags is not None:
        row.tags = clean_tags(wanted.tags)
    row.tag_set_id = tag_set_of(db, row.persona_id, kind, row.category, row.tags)
    _place(row)
    db.flush()


def _place(row: Standing) -> None:
    row.shortfall = shortfall_of(row)
    row.resting_since = None if row.shortfall is None else row.guarded_since


def archive(db: Session, row: Standing, *, actor: str, now: datetime) -> bool:
    """Nobody is given it any more; what is promised stays so. False where it was archived already."""
    if row.archived_at is not None:
        return False
    _archive(db, row, now, "archived", actor=actor, now=now)
    return True


def restore(db: Session, row: Standing, *, actor: str, now: datetime) -> bool:
    """False where it was not archived."""
    if row.archived_at is None:
        return False
    _archive(db, row, None, "restored", actor=actor, now=now)
    return True


def _archive(
    db: Session, row: Standing, at: datetime | None, verb: str, *, actor: str, now: datetime
) -> None:
    before = _told(row)
    row.archived_at = at
    _place(row)
    db.flush()
    _record(db, row, verb, before, actor=actor, now=now)


def remove(db: Session, row: Standing, *, actor: str, now: datetime) -> None:
    """
    Its file goes with the next sweep.

    Raises:
        ContentInUse: it was assigned to somebody.
    """
    table: Table = type(row)
    row_id = row.id
    if repository.has_uses(db, table, row_id) or not repository.remove(db, table, row_id):
        raise ContentInUse(f"{_noun(row)} {row_id} was assigned; archive it instead.")
    before = _told(row)
    db.expunge(row)
    _record(db, row, "removed", before, actor=actor, now=now)


def bulk(db: Session, ids: Sequence[int], act: BulkAct, *, actor: str, now: datetime) -> BulkRead:
    """The same for many pictures; what cannot be done to one is told and does not hinder the others."""
    rows = {row.id: row for row in repository.given(db, ContentItem, set(ids))}
    outcomes = [
        _one_of_bulk(db, item_id, rows.get(item_id), act, actor=actor, now=now)
        for item_id in dict.fromkeys(ids)
    ]
    counted = [one.outcome for one in outcomes]
    return BulkRead(
        action=act,
        changed=counted.count("changed"),
        unchanged=counted.count("unchanged"),
        refused=counted.count("refused"),
        rows=outcomes,
    )


def _one_of_bulk(
    db: Session, item_id: int, row: ContentItem | None, act: BulkAct, *, actor: str, now: datetime
) -> ContentBulkRow:
    if row is None:
        return ContentBulkRow(id=item_id, outcome="refused", reason="there is no such picture")
    try:
        if act is BulkAct.remove:
            remove(db, row, actor=actor, now=now)
            is_changed = True
        else:
            does = archive if act is BulkAct.archive else restore
            is_changed = does(db, row, actor=actor, now=now)
    except Refusal as error:
        return ContentBulkRow(id=item_id, outcome="refused", reason=error.message)
    return ContentBulkRow(id=item_id, outcome="changed" if is_changed else "unchanged")


def _noun(row: Standing) -> str:
    return "Picture" if isinstance(row, ContentItem) else "Text"


def _told(row: Standing) -> dict[str, Any]:
    names = ("category", "tags", "quality", "max_usage")
    told = {name: getattr(row, name) for name in names} | {"is_archived": bool(row.archived_at)}
    return told | ({"title": row.title} if isinstance(row, ContentItem) else {"text": row.text})


def _record(
    db: Session, row: Standing, verb: str, before: dict[str, Any], *, actor: str, now: datetime
) -> None:
    after = None if verb == "removed" else _told(row)
    if after == before:
        return
    audit.record(
        db,
        actor=actor,
        action=f"content.{verb}",
        subject=("content" if isinstance(row, ContentItem) else "text", str(row.id)),
        now=now,
        before=before,
        after=after,
    )
