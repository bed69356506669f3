"""Where an item stands in its pool; to be asked anew whenever one of its counts has changed."""

from __future__ import annotations

from typing import Any

from retinue.capabilities.content.models import ContentItem, ContentText
from retinue.capabilities.content.rules import scoring

Standing = ContentItem | ContentText


def shortfall_of(row: Any, *, held: int | None = None) -> int | None:
    """Of a row of either table, as it is or once so many of its uses are promised."""
    if row.archived_at is not None:
        return None
    return scoring.shortfall(
        quality=row.quality,
        uses=row.use_count,
        successes=row.success_count,
        held=row.held_count if held is None else held,
        max_usage=row.max_usage,
    )


def new_shortfall(quality: int) -> int | None:
    """Of what was never used."""
    return scoring.shortfall(quality=quality, uses=0, successes=0, held=0, max_usage=None)
