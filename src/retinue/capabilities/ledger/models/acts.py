"""People, what was tried on them, and until when that keeps them out of reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from retinue.capabilities.ledger.models.states import AttemptState
from retinue.foundation.database import Record, big_id, id_text, partial_index


class Target(Record):
    """
    One person of a network. A handle can change hands, the id cannot.

    `handle` is case-folded, without `@`, and empty once somebody else has it.
    A handle that turned out to belong to a person who is known already stays as an
    empty row with `merged_into_id`, because events point at it and are never changed.
    """

    __tablename__ = "targets"
    __table_args__ = (
        UniqueConstraint("network", "network_id"),
        UniqueConstraint("network", "handle"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    network: Mapped[str] = mapped_column(String(20))
    network_id: Mapped[str | None] = mapped_column(String(64))
    handle: Mapped[str | None] = mapped_column(String(255))
    seen_at: Mapped[datetime]
    unavailable_at: Mapped[datetime | None]
    """When the network last said that this person is gone; null once seen again."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("targets.id"))


class Attempt(Record):
    """One intent to act, and what is known of its outcome. The id is the idempotency key outside."""

    __tablename__ = "attempts"
    __table_args__ = (
        # With the state, so that the limits are counted from the index alone.
        Index(None, "account_id", "action", "started_at", "state"),
        # The few whose outcome is open. MariaDB has no partial index and keeps all.
        partial_index("state", "started_at", where="state in ('intent', 'unknown')"),
        Index(None, "target_id", "action"),
        Index(None, "session_id", "id"),
        # The few that are to be looked at.
        partial_index("next_probe_at", where="next_probe_at is not null"),
        CheckConstraint(
            "state in ('intent','confirmed','refused','unknown','absent')", name="state_known"
        ),
        # The row stands in the tree of its id: one page less to write for each intent.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    persona_id: Mapped[int | None] = mapped_column(big_id)
    """The account's persona at that time: it is whose window was taken."""
    network: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    target_username: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str | None] = mapped_column(String(64))
    """What the effect lands on where that is not the person: a post's id."""
    text_hash: Mapped[str | None] = mapped_column(String(64))
    """Of what was written, by which a comment is found again."""
    state: Mapped[AttemptState]
    source: Mapped[str | None] = mapped_column(String(190))
    """The job and source that led to the person, as `blogger-followers:harbour_lights`."""
    session_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    device_id: Mapped[int | None]
    fence: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    """Until when it keeps the person out of reach; null once released. Windows follow from it."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(40))
    """`response`, `probe`, `platform-duplicate`, `operator`, `recovery`, `assistance`."""
    failure: Mapped[str | None] = mapped_column(String(40))
    phase: Mapped[str | None] = mapped_column(String(20))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    probes: Mapped[int] = mapped_column(server_default="0")
    """How often the network was asked whether an unknown effect is there."""
    next_probe_at: Mapped[datetime | None]
    """When it is asked again; null where it is not, or not any more."""


class Window(Record):
    """
    A person is taken for an action, until `expires_at`.

    `scope_key` is `account:<id>`, `persona:<id>` or `fleet`. Every intent writes all
    its scopes, so the scope in force can change at any time. A row says the latest
    `held_until` of the attempts in its scope, and which attempt that is.
    """

    __tablename__ = "windows"
    # On SQLite the key is the table: a row is one page to write and not two.
    __table_args__ = (Index(None, "expires_at"), {"sqlite_with_rowid": False})

    network: Mapped[str] = mapped_column(String(20), primary_key=True)
    scope_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    action: Mapped[str] = mapped_column(String(20), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(id_text)
    expires_at: Mapped[datetime]
