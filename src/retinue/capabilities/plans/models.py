from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record


class PlanVersion(Record):
    """The text of an account's plan as it was saved once. The current one is the highest version."""

    __tablename__ = "plan_versions"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(
        # MySQL's TEXT ends at 64 KiB.
        Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
    )
    saved_by: Mapped[str] = mapped_column(String(190))
    saved_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(200))
