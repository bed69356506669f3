from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import SourceKey, SourceName
from retinue.capabilities.monitors.repository.tables import keys
from retinue.foundation.database.rows import Rows


def find(db: Session, source: SourceName) -> Any | None:
    return db.connection().execute(select(keys).where(keys.c.source == source)).one_or_none()


def all_of_them(db: Session) -> Rows:
    return db.connection().execute(select(keys)).all()


def put(db: Session, key: SourceKey) -> None:
    db.merge(key)
    db.flush()


def drop(db: Session, source: SourceName) -> bool:
    return db.connection().execute(delete(keys).where(keys.c.source == source)).rowcount > 0
