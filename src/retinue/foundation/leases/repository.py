from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.foundation.leases.models import LeaseRow


def find(db: Session, key: str) -> LeaseRow | None:
    return db.execute(
        select(LeaseRow).where(LeaseRow.key == key), execution_options={"populate_existing": True}
    ).scalar_one_or_none()


def take_free(db: Session, key: str, *, holder: str, now: datetime, expires_at: datetime) -> bool:
    """Take an existing row that nobody holds any more."""
    return _changed(
        db,
        update(LeaseRow)
        .where(LeaseRow.key == key, (LeaseRow.holder.is_(None)) | (LeaseRow.expires_at <= now))
        .values(holder=holder, fence=LeaseRow.fence + 1, expires_at=expires_at),
    )


def insert_first(db: Session, key: str, *, holder: str, expires_at: datetime) -> bool:
    try:
        with db.begin_nested():
            db.execute(
                insert(LeaseRow).values(key=key, holder=holder, fence=1, expires_at=expires_at)
            )
    except IntegrityError:
        return False
    return True


def extend(db: Session, key: str, *, fence: int, expires_at: datetime) -> bool:
    return _changed(
        db,
        update(LeaseRow)
        .where(
            LeaseRow.key == key,
            LeaseRow.fence == fence,
            LeaseRow.holder.is_not(None),
        )
        .values(expires_at=expires_at),
    )


def free(db: Session, key: str, *, fence: int) -> bool:
    return _changed(
        db,
        update(LeaseRow).where(LeaseRow.key == key, LeaseRow.fence == fence).values(holder=None),
    )


def busy_rows(connection: Connection, prefix: str) -> list[str]:
    """The keys under the prefix whose row somebody has locked for an update, by what is committed now."""
    under = select(LeaseRow.key).where(LeaseRow.key.startswith(prefix, autoescape=True))
    keys = connection.scalars(under).all()
    # A key's share is enough: renewals go on meanwhile.
    free = connection.scalars(under.with_for_update(read=True, key_share=True, skip_locked=True))
    return sorted(set(keys) - set(free))


def wait_for_row(connection: Connection, key: str) -> None:
    held = select(LeaseRow.key).where(LeaseRow.key == key)
    connection.execute(held.with_for_update(read=True, key_share=True))


def _changed(db: Session, statement: Any) -> bool:
    result = cast(
        "CursorResult[Any]", db.execute(statement.execution_options(synchronize_session=False))
    )
    return result.rowcount == 1
