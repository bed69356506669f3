from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import SourceKey, SourceName
from retinue.capabilities.monitors.repository.tables import Rows, changed, core, keys


def find(db: Session, source: SourceName) -> Any | None:
    return core(db).execute(select(keys).where(keys.c.source == source)).one_or_none()


def all_of_them(db: Session) -> Rows:
    return core(db).execute(select(keys)).all()


def put(db: Session, key: SourceKey) -> None:
    db.merge(key)
    db.flush()


def drop(db: Session, source: SourceName) -> bool:
    return changed(core(db), delete(keys).where(keys.c.source == source)) > 0
