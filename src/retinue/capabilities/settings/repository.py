from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.settings.models import SettingsVersion


def latest(db: Session) -> tuple[int, dict[str, Any]]:
    """The version in force and its values; 0 and none before the first change."""
    row = db.execute(
        select(SettingsVersion.version, SettingsVersion.values)
        .order_by(SettingsVersion.version.desc())
        .limit(1)
    ).first()
    return (row.version, dict(row[1])) if row else (0, {})


def insert_version(
    db: Session, version: int, *, values: dict[str, Any], changed_by: str, changed_at: datetime
) -> bool:
    """False when another change has taken this version."""
    try:
        with db.begin_nested():
            db.execute(
                insert(SettingsVersion).values(
                    version=version, values=values, changed_by=changed_by, changed_at=changed_at
                )
            )
    except IntegrityError:
        return False
    return True


def newest_first(db: Session, *, limit: int) -> list[SettingsVersion]:
    return list(
        db.execute(
            select(SettingsVersion).order_by(SettingsVersion.version.desc()).limit(limit)
        ).scalars()
    )
