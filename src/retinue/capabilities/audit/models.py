from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, append_only, big_id, table_of


class AuditEntry(Record):
    """One act of a person, a token or Retinue itself. Secrets stand in it as fingerprints only."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "at"), Index(None, "subject_kind", "subject_id"))

    id: Mapped[int] = mapped_column(big_id, primary_key=True, autoincrement=False)
    """Counted by the chain, without gaps, so that a row taken out is missed."""
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(190))
    action: Mapped[str] = mapped_column(String(100))
    """`slice.past`, as in `accounts.activated`."""
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(190))
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    request_id: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Record):
    """The end of the chain. One row, id 1; whoever adds an entry holds it until the commit."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


append_only(table_of(AuditEntry))
