from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id

ATTEMPTS = 3
"""How often a job is tried before it is parked."""


class Job(Record):
    """
    One call of a registered function. `every` (seconds) makes it a schedule: the
    row is due again after each run and never done. `key` keeps a second row of the
    same work from being deferred while one is waiting.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "key", unique=True),
        Index(None, "done_at", "dead_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    key: Mapped[str | None] = mapped_column(String(190))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    every: Mapped[float | None] = mapped_column(Float)
    due_at: Mapped[datetime]
    lease_holder: Mapped[str | None] = mapped_column(String(190))
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
