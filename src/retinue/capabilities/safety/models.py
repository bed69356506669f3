from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id


class AccountSafety(Record):
    """Where an account stands between a rate limit and its next try."""

    __tablename__ = "account_safety"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    consecutive_rate_limits: Mapped[int] = mapped_column(default=0)
    backoff_until: Mapped[datetime | None]
    cooldown_until: Mapped[datetime | None]
    is_probing: Mapped[bool] = mapped_column(default=False)
    """The first action after a cooldown: if it is limited too, a new cooldown begins."""
    errors_by_class: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """All failures ever, as counts: what remains of those older than the last hundred."""
    last_error_at: Mapped[datetime | None]
    limited_at: Mapped[datetime | None]
    """When the network last asked it to slow down or to stop."""
    updated_at: Mapped[datetime]


class AccountError(Record):
    """One failure of an account. The last hundred are kept."""

    __tablename__ = "account_errors"
    __table_args__ = (Index(None, "account_id", "at"),)

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    failure: Mapped[str] = mapped_column(String(40))
    phase: Mapped[str] = mapped_column(String(20))
    action: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(String(36))


class Pause(Record):
    """A stop that an operator has ordered for the fleet or for one action type; `key` is `fleet` or `action:like`."""

    __tablename__ = "pauses"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    paused_by: Mapped[str] = mapped_column(String(190))
    paused_at: Mapped[datetime]


class DoNotContact(Record):
    """
    A person who is left alone: by the whole fleet, by one persona's accounts, or by one account.

    `handle_hash` is the fingerprint of the folded handle. Where a person asked for their
    name not to be kept, `handle` is null, and the fingerprint recognises them all the same.
    """

    __tablename__ = "do_not_contact"
    __table_args__ = (
        UniqueConstraint("network", "handle_hash", "scope_key"),
        Index(None, "network", "network_id"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    network: Mapped[str] = mapped_column(String(20))
    handle: Mapped[str | None] = mapped_column(String(255))
    handle_hash: Mapped[str] = mapped_column(String(64))
    network_id: Mapped[str | None] = mapped_column(String(64))
    """The network's own id of the person, once it is known: they stay on the list under another handle."""
    scope_key: Mapped[str] = mapped_column(String(40))
    """`fleet`, `persona:<id>` or `account:<id>`."""
    reason: Mapped[str] = mapped_column(String(500))
    expires_at: Mapped[datetime | None]
    """From then on the entry has no effect; null for ever."""
    created_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]
