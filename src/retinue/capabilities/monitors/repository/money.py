from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.repository.tables import spend
from retinue.foundation.database.rows import Rows


def spent_in(db: Session, month: str) -> Rows:
    """Of each source: calls and cost_micros."""
    query = select(spend).where(spend.c.month == month).order_by(spend.c.source)
    return db.connection().execute(query).all()


def months(db: Session, *, limit: int) -> Rows:
    """The newest first."""
    query = select(spend).order_by(spend.c.month.desc(), spend.c.source).limit(limit)
    return db.connection().execute(query).all()
