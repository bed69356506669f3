"""How the accounts stand, in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.safety import repository, rules
from retinue.capabilities.safety.schemas import ShownState, Standing


def counts_by_state(
    db: Session, *, now: datetime, account_ids: frozenset[int] | None = None
) -> dict[ShownState, int]:
    """Accounts in use by the state that lists show; every state is named."""
    counts: Counter[ShownState] = Counter(dict.fromkeys(ShownState, 0))
    for row in repository.standings_counted(
        db, now=now, error_since=now - rules.RECENT_ERROR, account_ids=account_ids
    ):
        standing = Standing(
            cooldown_until=now + rules.HOUR if row.is_cooling else None,
            backoff_until=now + rules.HOUR if row.is_waiting else None,
        )
        last_error_at = now if row.had_error else None
        state = rules.shown_state(row.health, standing, last_error_at=last_error_at, now=now)
        counts[state] += row.number
    return dict(counts)
