from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class Proxy(Record):
    """One way out: scheme, host, port and user name are one identity; the password is sealed."""

    __tablename__ = "proxies"

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    uid: Mapped[str] = mapped_column(id_text, unique=True)
    """What the sealed password is bound to."""
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of scheme, host, port and user name, so that an import finds its proxy again."""
    scheme: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    username: Mapped[str | None] = mapped_column(String(255))
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_digest: Mapped[str | None] = mapped_column(String(64))
    checked_at: Mapped[datetime | None]
    """When it was last tried; what came of that stands beside it."""
    check_ok: Mapped[bool | None] = mapped_column(Boolean)
    check_message: Mapped[str | None] = mapped_column(String(300))
    exit_address: Mapped[str | None] = mapped_column(String(64))
    """Where it led out when it last worked."""
    created_at: Mapped[datetime]
