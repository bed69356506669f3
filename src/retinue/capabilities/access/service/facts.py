from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.access import repository


def recall(db: Session, name: str) -> Any:
    """What the installation has noted about itself under this name; None where it has not."""
    row = repository.installation(db)
    return None if row is None else row.facts.get(name)


def remember(db: Session, name: str, value: Any) -> None:
    """Note something about the installation itself, never a secret; an older note is replaced."""
    row = repository.locked_installation(db)
    if row is not None:
        row.facts = {**row.facts, name: value}
        db.flush()


def made_at(db: Session) -> datetime | None:
    """When this installation was first started; a restored backup keeps the moment."""
    row = repository.installation(db)
    return None if row is None else row.created_at
