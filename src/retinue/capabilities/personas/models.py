from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id


class Persona(Record):
    __tablename__ = "personas"

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), unique=True)
    """The name case-folded, so that `Ava` and `ava` are one."""
    link: Mapped[str | None] = mapped_column(String(500))
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(String(500))
    warmup: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What it says of the warm-up instead of the settings; none where it says nothing."""
    created_at: Mapped[datetime]
