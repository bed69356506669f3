from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class EvidenceKind(StrEnum):
    picture = "picture"
    page = "page"


class EvidenceItem(Record):
    """One file. A picture and the page that it shows have the same subject and the same moment."""

    __tablename__ = "evidence_items"
    __table_args__ = (
        Index(None, "account_id", "id"),
        Index(None, "subject_kind", "subject_id"),
        Index(None, "expires_at"),
        CheckConstraint("kind in ('picture','page')", name="kind_known"),
    )

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    kind: Mapped[EvidenceKind]
    account_id: Mapped[int | None] = mapped_column(big_id)
    """Null where it concerns no single account; a restricted caller does not see it then."""
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(190))
    title: Mapped[str] = mapped_column(String(255))
    address: Mapped[str | None] = mapped_column(String(500))
    """Of the page, without its query."""
    media_type: Mapped[str] = mapped_column(String(40))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
