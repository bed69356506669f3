from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.content.models import ContentUpload, ContentUploadRow, UploadOutcome


def find(db: Session, upload_id: str, *, for_update: bool = False) -> ContentUpload | None:
    return db.get(
        ContentUpload, upload_id, populate_existing=True, with_for_update=for_update or None
    )


def add(db: Session, row: ContentUpload | ContentUploadRow) -> None:
    db.add(row)
    db.flush()


def rows(
    db: Session, upload_id: str, *, after: int, limit: int, outcome: UploadOutcome | None = None
) -> Sequence[ContentUploadRow]:
    found = select(ContentUploadRow).where(
        ContentUploadRow.upload_id == upload_id, ContentUploadRow.seq > after
    )
    if outcome is not None:
        found = found.where(ContentUploadRow.outcome == outcome)
    return db.scalars(found.order_by(ContentUploadRow.seq).limit(limit)).all()


def unfinished(db: Session, ids: Sequence[str]) -> set[str]:
    """Those of the uploads that still need their archives."""
    found = select(ContentUpload.id).where(
        ContentUpload.id.in_(ids), ContentUpload.finished_at.is_(None)
    )
    return set(db.scalars(found))
