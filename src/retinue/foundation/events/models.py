from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id


class Event(Record):
    """`seq` is empty until the publisher has numbered the row."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "seq", unique=True),)

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class EventCounter(Record):
    """The last number given, and the oldest one still kept. One row."""

    __tablename__ = "event_counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    oldest: Mapped[int] = mapped_column(BigInteger, default=1)
