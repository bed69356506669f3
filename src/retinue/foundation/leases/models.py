from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record


class LeaseRow(Record):
    """One row per key for ever, so that the fence never starts again."""

    __tablename__ = "leases"

    key: Mapped[str] = mapped_column(String(190), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(190))
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[datetime]
