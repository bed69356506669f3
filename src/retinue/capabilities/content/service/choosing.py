"""
Who is given what.

Nothing is promised twice: an item is held, looked at again and only then promised. On PostgreSQL
and MariaDB whoever finds an item held by another goes on to the next one; on SQLite there is one
writer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.content.errors import AllBeingAssigned
from retinue.capabilities.content.models import ANY, ContentItem
from retinue.capabilities.content.repository import promising as repository
from retinue.capabilities.content.repository.choosing import Pool
from retinue.capabilities.content.rules import scoring
from retinue.capabilities.content.schemas.choosing import Assigned, Wanted
from retinue.capabilities.content.service.lacking import nothing_left
from retinue.capabilities.content.service.ranking import (
    FIRST_LOOK,
    LONG_LOOK,
    Ranking,
    Scored,
)
from retinue.capabilities.content.service.standing import shortfall_of

_RETRY_AFTER = 1.0


def assign(db: Session, wanted: Wanted, *, now: datetime) -> Assigned:
    """
    Promise the best item there is to an account. It stays promised until it is used or released.

    Raises:
        NothingLeft: nothing fits; `cut` says what each filter took away.
        AllBeingAssigned: whatever fits is being given to others at this moment.
    """
    rested = now - timedelta(days=wanted.reuse_days)
    is_contended = False
    for category in dict.fromkeys((wanted.category, ANY)):
        pool = Pool(db, wanted, category, rested=rested)
        pool.wake()
        for number in (FIRST_LOOK, LONG_LOOK):
            ranking = Ranking(pool, now=now)
            found = ranking.look(number)
            while not found and pool.wake():
                found = ranking.look(number)
            for one in found:
                promised = _promise(db, pool, ranking, one, now=now)
                if promised is not None:
                    return promised
            is_contended = is_contended or bool(found)
            if len(found) < number:
                break
    if is_contended:
        raise AllBeingAssigned(
            "Whatever fits is being given to others at this moment; ask again.",
            retry_after=_RETRY_AFTER,
        )
    raise nothing_left(db, wanted, rested=rested)


def _promise(
    db: Session, pool: Pool, ranking: Ranking, chosen: Scored, *, now: datetime
) -> Assigned | None:
    """None where somebody else has it, or has changed it, meanwhile."""
    wanted, item = pool.wanted, chosen.item
    alike = repository.lock_alike(db, pool.table, item.content_hash)
    if alike is None or item.id not in alike or not _is_free(alike[item.id], pool):
        return None
    if repository.is_seen_by(db, wanted.account_id, item.content_hash):
        return None
    for row_id, row in alike.items():
        held = row.held_count + (row_id == item.id)
        left = shortfall_of(row, held=held)
        values = {
            "held_count": held,
            "guarded_since": now,
            "shortfall": left,
            # What can be had no more need not be woken either.
            "resting_since": None if left is None else now,
        }
        repository.hold(db, pool.table, row_id, values)
    is_image = pool.table is ContentItem
    parts = ranking.parts(chosen)
    told: dict[str, Any] = {
        "score": scoring.shown(parts.score),
        "reason": _reason(chosen, wanted, category=pool.category),
        "category_used": pool.category,
        "kind": wanted.kind,
    }
    values = {
        **told,
        "account_id": wanted.account_id,
        "persona_id": wanted.persona_id,
        "category": wanted.category,
        "item_id": item.id if is_image else None,
        "text_id": None if is_image else item.id,
        "content_hash": item.content_hash,
        "score_parts": parts.as_json(),
        "reserved_at": now,
    }
    use_id = repository.add_use(db, values)
    return Assigned(id=item.id, use_id=use_id, parts=parts.as_json(), **told)


def _is_free(row: Any, pool: Pool) -> bool:
    return (
        row.shortfall is not None
        and row.quality >= pool.wanted.min_quality
        and (row.guarded_since is None or row.guarded_since <= pool.rested)
    )


def _reason(chosen: Scored, wanted: Wanted, *, category: str) -> str:
    item, tags = chosen.item, len(set(wanted.tags))
    times = "never used" if item.use_count == 0 else f"used {item.use_count} times"
    told = f"best of {category}: quality {item.quality}, {times}"
    if tags:
        told += f", {round(chosen.relevance * tags)} of {tags} tags"
    return told[:100]
