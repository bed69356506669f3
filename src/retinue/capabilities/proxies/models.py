from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
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
    created_at: Mapped[datetime]
