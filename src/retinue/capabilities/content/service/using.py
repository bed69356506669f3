"""How a promise ends: something was used, or given back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from retinue.capabilities.content.errors import ContentNotFound, UseOver
from retinue.capabilities.content.models import ContentUse
from retinue.capabilities.content.repository import promising as repository
from retinue.capabilities.content.repository.choosing import table_of
from retinue.capabilities.content.service.standing import Standing, shortfall_of
from retinue.foundation.errors import Invalid


def release(db: Session, use_id: int, *, now: datetime) -> None:
    """
    Give back what was promised and has not been used. A second time changes nothing.

    Raises:
        ContentNotFound: there is no such use.
        UseOver: it has been used.
    """
    use = _standing(db, use_id)
    if use.released_at is not None:
        return
    if use.used_at is not None:
        raise UseOver(f"Use {use_id} is counted already; what was shown cannot be given back.")
    alike = _alike(db, use)
    use.released_at = now
    db.flush()
    given = repository.last_given(db, use.content_hash)
    for row in alike:
        if _is_of(use, row):
            row.held_count -= 1
        row.guarded_since = given
        row.shortfall = shortfall_of(row)
        row.resting_since = None if row.shortfall is None else given
    db.flush()


def used(
    db: Session,
    use_id: int,
    *,
    success: bool,
    success_score: Decimal | None = None,
    now: datetime,
) -> None:
    """
    Count what was promised as used; `success_score` is from 0 to 100. A second time changes nothing.

    Raises:
        ContentNotFound: there is no such use.
        UseOver: it was given back.
        Invalid: the score is out of range.
    """
    if success_score is not None and not 0 <= success_score <= 100:
        raise Invalid.field("success_score", "is from 0 to 100")
    use = _standing(db, use_id)
    if use.used_at is not None:
        return
    if use.released_at is not None:
        raise UseOver(f"Use {use_id} was given back; assign anew.")
    use.used_at, use.success, use.success_score = now, success, success_score
    for row in _alike(db, use):
        if not _is_of(use, row):
            continue
        row.held_count -= 1
        row.use_count += 1
        row.success_count += 1 if success else 0
        row.last_used_at = now
        row.last_used_s = int(now.timestamp())
        row.shortfall = shortfall_of(row)
    db.flush()


def _standing(db: Session, use_id: int) -> ContentUse:
    use = repository.use(db, use_id)
    if use is None:
        raise ContentNotFound(f"use: there is no use {use_id}.")
    return use


def _alike(db: Session, use: ContentUse) -> list[Standing]:
    return list(repository.wait_for_alike(db, table_of(use.kind), use.content_hash))


def _is_of(use: ContentUse, row: Standing) -> bool:
    return row.id == (use.text_id if use.item_id is None else use.item_id)
