from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from retinue.foundation.database import Spelled
from retinue.foundation.database.rows import changed
from retinue.foundation.idempotency.models import IdempotencyKey


def insert_unless_there(db: Session, row: dict[str, Any]) -> None:
    """Waits for a transaction that has inserted the same key and has not ended."""
    db.execute(_INSERT_UNLESS_THERE.on(db.connection()).values(row))


_INSERT_UNLESS_THERE = Spelled(
    lambda dialect: dialect.insert(IdempotencyKey).on_conflict_do_nothing(),
    # An insert that merely fails would share the row's lock, and sharers block each other.
    mysql=lambda dialect: _changing_nothing(dialect.insert(IdempotencyKey)),
)


def _changing_nothing(row: Any) -> Any:
    return row.on_duplicate_key_update(owner=row.inserted.owner)


def find(db: Session, owner: str, key: str) -> IdempotencyKey | None:
    return db.get(IdempotencyKey, (owner, key), populate_existing=True)


def keep_answer(db: Session, owner: str, key: str, answer: bytes) -> None:
    its = update(IdempotencyKey).where(IdempotencyKey.owner == owner, IdempotencyKey.key == key)
    changed(db, its.values(answer=answer))


def forget(db: Session, owner: str, key: str, *, before: datetime) -> int:
    """How many that were: one, or none."""
    return changed(
        db,
        delete(IdempotencyKey).where(
            IdempotencyKey.owner == owner,
            IdempotencyKey.key == key,
            IdempotencyKey.created_at < before,
        ),
    )


def forget_all(db: Session, *, before: datetime, limit: int) -> int:
    """At most `limit` of them, the oldest first."""
    old = db.execute(
        select(IdempotencyKey.owner, IdempotencyKey.key)
        .where(IdempotencyKey.created_at < before)
        .order_by(IdempotencyKey.created_at)
        .limit(limit)
    ).all()
    return sum(forget(db, owner, key, before=before) for owner, key in old)
