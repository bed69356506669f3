from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id


class ItemKind(StrEnum):
    unknown_outcome = "unknown_outcome"
    action_block = "action_block"
    challenge = "challenge"
    second_factor = "second_factor"
    review = "review"
    locked = "locked"
    assisted_task = "assisted_task"


class ItemState(StrEnum):
    open = "open"
    claimed = "claimed"
    resolved = "resolved"
    expired = "expired"


WAITING = (ItemState.open, ItemState.claimed)


class InboxItem(Record):
    """One question to a person. `open_key` is empty once it waits no more, which frees its key."""

    __tablename__ = "inbox_items"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "account_id", "id"),
        Index(None, "due_at"),
        Index(None, "assigned_to", "state"),
        Index(None, "subject_kind", "subject_id"),
        CheckConstraint("state in ('open','claimed','resolved','expired')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    key: Mapped[str] = mapped_column(String(190))
    open_key: Mapped[str | None] = mapped_column(String(190), unique=True)
    kind: Mapped[ItemKind]
    state: Mapped[ItemState]
    account_id: Mapped[int | None] = mapped_column(big_id)
    """Null where it concerns no single account; a restricted caller does not see it then."""
    account: Mapped[str | None] = mapped_column(String(255))
    """The account's login when the question was asked."""
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(190))
    title: Mapped[str] = mapped_column(String(255))
    instructions: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    evidence: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Ids of what was seen, the oldest first. The evidence itself may be gone before the item."""
    link: Mapped[str | None] = mapped_column(String(500))
    """Where a person can do what is asked."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the question has lost its point; it expires then. Null where it never does."""
    at_expiry: Mapped[str | None] = mapped_column(String(40))
    """The choice that takes effect where nobody has chosen by then."""
    assigned_to: Mapped[str | None] = mapped_column(String(190))
    """Who is to deal with it, by the name of an operator."""
    claimed_by: Mapped[str | None] = mapped_column(String(190))
    """How the holder is called; two tokens may have one name."""
    claimed_key: Mapped[str | None] = mapped_column(String(190))
    """Which of them it is."""
    claimed_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(190))
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
