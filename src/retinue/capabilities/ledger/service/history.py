"""The history that operators see: written by hand and filtered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import HistoryFilter
from retinue.capabilities.ledger.repository import outcomes, reading
from retinue.capabilities.ledger.schemas import ByHand

HOUSE = "retinue"
"""The `platform` of what was recorded by hand without an account."""


def save(
    db: Session, written: ByHand, *, account: Account | None, actor: str, now: datetime
) -> None:
    """Record an interaction by hand: an event and an entry of who did it, no window and no limit."""
    bare = written.username.removeprefix("@")
    folded = bare.casefold()
    outcomes.add_event(
        db.connection(),
        {
            "platform": account.network if account else HOUSE,
            "account_id": account.id if account else None,
            "target_id": None,
            # Folding can make a handle longer; one that no longer fits is kept as it was written.
            "target_username": folded if len(folded) <= rules.LONGEST_HANDLE else bare,
            "action": written.action,
            "status": written.status,
            "reason": None,
            "attempt_id": None,
            "task_id": None,
            "session_id": None,
            "device_id": None,
            "latency_ms": None,
            "ts": written.ts,
            "metadata": written.details,
        },
    )
    audit.record(
        db,
        actor=actor,
        action="interactions.recorded",
        subject=("account", str(account.id) if account else HOUSE),
        now=now,
        after={"username": bare, "action": written.action, "status": written.status},
    )


def save_filters(db: Session, actions: Sequence[str], *, actor: str, now: datetime) -> None:
    """Which actions the history shows when none are asked for; none at all shows everything."""
    kept = list(dict.fromkeys(actions))
    found = reading.history_filter(db)
    if found is None:
        db.add(HistoryFilter(id=1, actions=kept))
    else:
        found.actions = kept
    db.flush()
    audit.record(
        db,
        actor=actor,
        action="interactions.filters_saved",
        subject=("history_filter", "1"),
        now=now,
        after={"actions": kept},
    )


def filters(db: Session) -> list[str]:
    found = reading.history_filter(db)
    return [] if found is None else list(found.actions)
