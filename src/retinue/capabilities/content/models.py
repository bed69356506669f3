from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from retinue.foundation.database import Record, big_id, id_text

ANY = "any"
"""The category that is looked into once the wanted one has nothing left."""


class ContentKind(StrEnum):
    image = "image"
    bio = "bio"
    caption = "caption"
    title = "title"  # type: ignore[assignment]  # It hides str.title, which nobody asks a kind for.


TEXT_KINDS = (ContentKind.bio, ContentKind.caption, ContentKind.title)


class UploadState(StrEnum):
    waiting = "waiting"
    running = "running"
    completed = "completed"
    failed = "failed"


class UploadOutcome(StrEnum):
    added = "added"
    unchanged = "unchanged"
    error = "error"


class Choosable:
    """
    What pictures and texts have in common: all that a choice between them looks at.

    `held_count` are uses that are promised, `use_count` those that came about; together they
    stay within `max_usage`. `shortfall`, `last_used_s` and `resting_since` follow from the others
    and are there to be sorted by: see `rules.scoring`.
    """

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    category: Mapped[str] = mapped_column(String(40))
    tags: Mapped[list[str]] = mapped_column(JSON)
    quality: Mapped[int]
    max_usage: Mapped[int | None]
    held_count: Mapped[int] = mapped_column(default=0)
    use_count: Mapped[int] = mapped_column(default=0)
    success_count: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None]
    guarded_since: Mapped[datetime | None]
    """When the same content was last given to anybody of the fleet, of whichever persona."""
    shortfall: Mapped[int | None]
    """What its quality and its success leave to be desired, in millionths; none where it can be had no more."""
    last_used_s: Mapped[int] = mapped_column(BigInteger, default=0)
    """`last_used_at` in seconds, 0 where it was never used: sorts the same on all engines."""
    resting_since: Mapped[datetime | None]
    """Set while nobody of the fleet may have it again; some time after its rest it is woken."""
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @declared_attr
    def persona_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy calls it with the class
        return mapped_column(big_id, ForeignKey("personas.id"))

    @declared_attr
    def tag_set_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(big_id, ForeignKey("content_tag_sets.id"))


class ContentItem(Choosable, Record):
    """A picture. `sha256` is that of the file as it is kept, which names it; `phash` finds its likes."""

    __tablename__ = "content_items"
    __table_args__ = (
        UniqueConstraint("persona_id", "sha256"),
        Index(
            "ix_content_items_pool",
            *("persona_id", "category", "resting_since", "shortfall", "last_used_s", "id"),
        ),
        # All that a forecast sums up, so that it need not read the rows themselves.
        Index(
            "ix_content_items_stock",
            *("persona_id", "category", "archived_at", "max_usage", "use_count"),
            *("held_count", "shortfall", "resting_since"),
        ),
        Index(
            "ix_content_items_set",
            *("tag_set_id", "resting_since", "shortfall", "last_used_s", "id"),
        ),
        Index(None, "sha256"),
        Index(None, "persona_id", "source_sha256"),
        CheckConstraint("quality between 0 and 100", name="quality_in_range"),
        CheckConstraint("held_count >= 0 and use_count >= 0", name="counts_not_negative"),
        CheckConstraint(
            "max_usage is null or held_count + use_count <= max_usage", name="within_usage"
        ),
    )

    title: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    source_sha256: Mapped[str] = mapped_column(String(64))
    """Of the file as it was sent, so that it is known again before it is decoded."""
    phash: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]


class ContentText(Choosable, Record):
    __tablename__ = "content_texts"
    __table_args__ = (
        UniqueConstraint("persona_id", "kind", "text_hash"),
        Index(
            "ix_content_texts_pool",
            *("persona_id", "kind", "category", "resting_since", "shortfall", "last_used_s", "id"),
        ),
        # All that a forecast sums up, so that it need not read the rows themselves.
        Index(
            "ix_content_texts_stock",
            *("persona_id", "kind", "category", "archived_at", "max_usage", "use_count"),
            *("held_count", "shortfall", "resting_since"),
        ),
        Index(
            "ix_content_texts_set",
            *("tag_set_id", "resting_since", "shortfall", "last_used_s", "id"),
        ),
        Index(None, "text_hash"),
        CheckConstraint("kind in ('bio','caption','title')", name="kind_known"),
        CheckConstraint("quality between 0 and 100", name="quality_in_range"),
        CheckConstraint("held_count >= 0 and use_count >= 0", name="counts_not_negative"),
        CheckConstraint(
            "max_usage is null or held_count + use_count <= max_usage", name="within_usage"
        ),
    )

    kind: Mapped[ContentKind]
    text: Mapped[str] = mapped_column(String(2200))
    text_hash: Mapped[str] = mapped_column(String(64))


class ContentPrint(Record):
    """A quarter of a picture's perceptual hash. Pictures that are nearly the same share one of the four."""

    __tablename__ = "content_prints"

    persona_id: Mapped[int] = mapped_column(
        big_id, ForeignKey("personas.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Which of the four, and its value."""
    item_id: Mapped[int] = mapped_column(
        big_id,
        ForeignKey("content_items.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


class ContentTagSet(Record):
    """
    The tags that some items of one pool have, no more and no fewer.

    To an account all of them are equally relevant, so that the best of a set is the one that
    stands first in it.
    """

    __tablename__ = "content_tag_sets"
    __table_args__ = (UniqueConstraint("persona_id", "kind", "category", "digest"),)

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    persona_id: Mapped[int] = mapped_column(big_id, ForeignKey("personas.id", ondelete="CASCADE"))
    kind: Mapped[ContentKind]
    category: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))


class ContentTag(Record):
    """One tag of one set, to be looked for by."""

    __tablename__ = "content_tags"

    persona_id: Mapped[int] = mapped_column(
        big_id, ForeignKey("personas.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[ContentKind] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    tag: Mapped[str] = mapped_column(String(50), primary_key=True)
    tag_set_id: Mapped[int] = mapped_column(
        big_id,
        ForeignKey("content_tag_sets.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


class ContentUse(Record):
    """
    One item, given to one account. It is promised until it is either used or released.

    What was released was never seen by anybody: the account may be given it again.
    """

    __tablename__ = "content_uses"
    __table_args__ = (
        Index(None, "account_id", "content_hash"),
        Index(None, "content_hash", "reserved_at"),
        Index(None, "item_id"),
        Index(None, "text_id"),
        Index(None, "persona_id", "kind", "category", "reserved_at"),
        CheckConstraint("(item_id is null) <> (text_id is null)", name="one_thing"),
        CheckConstraint("used_at is null or released_at is null", name="one_end"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    account_id: Mapped[int] = mapped_column(big_id, ForeignKey("accounts.id"))
    persona_id: Mapped[int] = mapped_column(big_id, ForeignKey("personas.id"))
    kind: Mapped[ContentKind]
    category: Mapped[str] = mapped_column(String(40))
    """The one that was asked for."""
    category_used: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("content_items.id"))
    text_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("content_texts.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    score: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    score_parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(100))
    reserved_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    success: Mapped[bool | None]
    success_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """0 to 100, as whoever used it has reported."""


class ContentUpload(Record):
    """A folder or an archive on its way in. `done_files` grows with each file, so that whoever goes on knows where."""

    __tablename__ = "content_uploads"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    persona_id: Mapped[int] = mapped_column(big_id, ForeignKey("personas.id", ondelete="CASCADE"))
    is_dry_run: Mapped[bool]
    state: Mapped[UploadState]
    total_rows: Mapped[int] = mapped_column(default=0)
    done_rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    error: Mapped[str | None] = mapped_column(String(1000))
    requested_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ContentUploadRow(Record):
    """What became of one line of the manifest, or would have."""

    __tablename__ = "content_upload_rows"

    upload_id: Mapped[str] = mapped_column(
        ForeignKey("content_uploads.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int | None]
    file: Mapped[str | None] = mapped_column(String(500))
    outcome: Mapped[UploadOutcome]
    content_id: Mapped[int | None] = mapped_column(big_id)
    near_duplicates: Mapped[list[int]] = mapped_column(JSON, default=list)
    column: Mapped[str | None] = mapped_column("column_name", String(100))
    reason: Mapped[str | None] = mapped_column(String(500))
