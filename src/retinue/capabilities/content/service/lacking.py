"""Why nothing is left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.content.errors import NothingLeft
from retinue.capabilities.content.models import ANY, ContentKind
from retinue.capabilities.content.repository import choosing as repository
from retinue.capabilities.content.repository.choosing import Pool
from retinue.capabilities.content.schemas.choosing import Cut, Wanted

_COUNTED = 10_000
_WORDS = {
    "archived": "archived",
    "used_up": "used up",
    "low_quality": "below the quality",
    "used_by_this_account": "used by this account",
    "used_by_the_fleet": "used by the fleet",
}


def nothing_left(db: Session, wanted: Wanted, *, rested: datetime) -> NothingLeft:
    categories = dict.fromkeys((wanted.category, ANY))
    cut = {name: _cut(Pool(db, wanted, name, rested=rested), db) for name in categories}
    told = "; ".join(f"{name}: {_told(one)}" for name, one in cut.items())
    noun = "picture" if wanted.kind is ContentKind.image else wanted.kind.value
    return NothingLeft(
        f"No {noun} is left for account {wanted.account_id} ({told}). Add some, or raise `max_usage`.",
        persona_id=wanted.persona_id,
        account_id=wanted.account_id,
        kind=wanted.kind.value,
        category=wanted.category,
        cut={name: one.as_json() for name, one in cut.items()},
    )


def _cut(pool: Pool, db: Session) -> Cut:
    rows = repository.first_of(pool, _COUNTED + 1)
    seen = repository.seen_of(db, pool.wanted.account_id)
    counts = dict.fromkeys(_WORDS, 0)
    for row in rows[:_COUNTED]:
        if row.archived_at is not None:
            counts["archived"] += 1
        elif row.content_hash in seen:
            counts["used_by_this_account"] += 1
        elif row.shortfall is None:
            counts["used_up"] += 1
        elif row.quality < pool.wanted.min_quality:
            counts["low_quality"] += 1
        elif row.guarded_since is not None and row.guarded_since > pool.rested:
            counts["used_by_the_fleet"] += 1
    return Cut(looked_at=len(rows[:_COUNTED]), is_all=len(rows) <= _COUNTED, **counts)


def _told(cut: Cut) -> str:
    if cut.looked_at == 0:
        return "empty"
    counts = cut.as_json()
    told = [f"{counts[name]} {words}" for name, words in _WORDS.items() if counts[name]]
    more = "" if cut.is_all else f", of the first {cut.looked_at}"
    return ", ".join(told) + more
