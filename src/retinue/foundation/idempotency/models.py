from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, id_text


class IdempotencyKey(Record):
    """One key of one caller. `answer` is sealed: a new token stands in such an answer once in its life."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    owner: Mapped[str] = mapped_column(String(190), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed, of what was asked: it may hold a password."""
    taken_by: Mapped[str] = mapped_column(id_text)
    """The request that took the key, told apart from those that found it taken."""
    answer: Mapped[bytes | None] = mapped_column(
        # MySQL's BLOB ends at 64 KiB.
        LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")
    )
    created_at: Mapped[datetime]
