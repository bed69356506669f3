from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class Phase(StrEnum):
    """In the order in which they are done."""

    pfp = "pfp"
    bio = "bio"
    post = "post"
    highlight = "highlight"
    story = "story"


class PhaseStatus(StrEnum):
    """
    What is stored. `pending` and `failed` are shown as `available` once `available_at` has come.
    """

    pending = "pending"
    available = "available"
    content_assigned = "content_assigned"
    in_progress = "in_progress"
    completed = "completed"
    failed = "failed"
    requires_review = "requires_review"


class ContentType(StrEnum):
    image = "image"
    text = "text"
    image_and_text = "image_and_text"


_score = Numeric(5, 2, asdecimal=False)


class WarmupPhase(Record):
    """
    One step of one account. There are five for each account or none, and no step is
    begun before the one before it is completed.
    """

    __tablename__ = "account_warmup_phases"
    __table_args__ = (
        Unique("account_id", "phase"),
        Index(None, "status", "available_at"),
        Index(None, "phase", "status", "account_id"),
        CheckConstraint("phase in ('pfp','bio','post','highlight','story')", name="phase_known"),
        CheckConstraint(
            "status in ('pending','available','content_assigned','in_progress','completed',"
            "'failed','requires_review')",
            name="status_known",
        ),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    account_id: Mapped[int] = mapped_column(big_id, ForeignKey("accounts.id"))
    phase: Mapped[Phase]
    status: Mapped[PhaseStatus]
    available_at: Mapped[datetime | None]
    """From when on it may be done; none while the step before it is not completed."""
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    bot_id: Mapped[str | None] = mapped_column(id_text)
    """The token of the bot that has worked on it last."""
    bot_session_id: Mapped[int | None] = mapped_column(big_id)
    assignment_id: Mapped[int | None] = mapped_column(big_id)
    """The choice of content that stands; none where there is none."""
    assigned_content_id: Mapped[int | None] = mapped_column(big_id)
    assigned_text_id: Mapped[int | None] = mapped_column(big_id)
    content_assigned_at: Mapped[datetime | None]
    content_missing_at: Mapped[datetime | None]
    """When nothing was left to do it with, as it was last asked for; none once it has come."""
    error_message: Mapped[str | None] = mapped_column(String(500))
    error_details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    retry_count: Mapped[int] = mapped_column(default=0)
    """Failures since it was begun, or since an operator has ordered another try."""
    execution_time_ms: Mapped[int | None]
    instagram_response: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the network has answered, as the bot tells it."""
    skipped_by: Mapped[str | None] = mapped_column(String(190))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ContentAssignment(Record):
    """
    One choice of content for one phase, with the reasons for it. It stands until it was used,
    or until the phase failed; then it stays for the report.
    """

    __tablename__ = "warmup_content_assignments"
    __table_args__ = (
        Index(None, "account_id", "id"),
        Index(None, "warmup_phase_id", "id"),
        Index(None, "assigned_at", "id"),
        CheckConstraint(
            "content_type in ('image','text','image_and_text')", name="content_type_known"
        ),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    account_id: Mapped[int] = mapped_column(big_id, ForeignKey("accounts.id"))
    warmup_phase_id: Mapped[int] = mapped_column(big_id, ForeignKey("account_warmup_phases.id"))
    persona_id: Mapped[int] = mapped_column(big_id)
    """Whose content it was; the account may belong to another one later."""
    category: Mapped[str] = mapped_column(String(40))
    """Where it was found: the category that was asked for, or `any`."""
    content_id: Mapped[int | None] = mapped_column(big_id)
    text_id: Mapped[int | None] = mapped_column(big_id)
    content_use_id: Mapped[int | None] = mapped_column(big_id)
    text_use_id: Mapped[int | None] = mapped_column(big_id)
    content_type: Mapped[ContentType]
    assignment_score: Mapped[float] = mapped_column(_score)
    """0 to 100, of the image where there is one."""
    assignment_reason: Mapped[str] = mapped_column(String(100))
    score_parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`image` and `text`, each with its own score, parts and reason."""
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(String(190), default="system")
    used_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    """When it was given back unused."""
    performance_score: Mapped[float | None] = mapped_column(_score)
    success: Mapped[bool | None]


class BotSession(Record):
    """A stretch of time in which a bot has called. `open_key` is empty once it is over."""

    __tablename__ = "bot_sessions"
    __table_args__ = (
        Index(None, "bot_id", "id"),
        Index(None, "last_seen_at"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    bot_id: Mapped[str] = mapped_column(id_text, ForeignKey("api_tokens.id"))
    open_key: Mapped[str | None] = mapped_column(id_text, unique=True)
    """The bot's id: no bot has two open at a time."""
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(big_id)
    """What it has worked on last."""
    phase: Mapped[Phase | None]
    calls: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    """Calls that were refused, and failures that it has reported."""
    address: Mapped[str | None] = mapped_column(String(64))
