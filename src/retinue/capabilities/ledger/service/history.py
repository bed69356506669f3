"""The history that operators see: written by hand, filtered and cleared. The events themselves stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import HistoryFilter, HistoryStart
from retinue.capabilities.ledger.repository import clearing, outcomes, reading, windows
from retinue.capabilities.ledger.schemas import ByHand

ALL_ACCOUNTS = reading.ALL_ACCOUNTS
HOUSE = "retinue"
"""The `platform` of what was recorded by hand without an account."""


def save(db: Session, written: ByHand, *, account: Account | None) -> None:
    """Record an interaction by hand: an event and nothing else, no window and no limit."""
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


def clear(
    db: Session,
    account: Account | None,
    *,
    actor: str,
    now: datetime,
    request_id: str | None = None,
) -> int:
    """
    Begin the visible history anew, for one account or for all, and free whom it keeps out of reach.

    How many acts were let go. People with an open intent or an `unknown` stay taken,
    events stay, and limits count on. Audited.
    """
    connection = db.connection()
    account_id = account.id if account else None
    people = clearing.held_people(connection, account_id=account_id, now=now)
    released = clearing.release(connection, account_id=account_id, now=now)
    keys: dict[tuple[str, int, str], set[str]] = {}
    for row in people:
        person = (row.network, row.target_id, row.action)
        keys.setdefault(person, set()).update(rules.scope_keys(row.account_id, row.persona_id))
    for (network, target_id, action), scopes in keys.items():
        windows.rebuild(
            connection,
            network=network,
            target_id=target_id,
            action=action,
            scope_keys=sorted(scopes),
        )
    _begin_anew(db, account_id or ALL_ACCOUNTS, now=now)
    audit.record(
        db,
        actor=actor,
        action="ledger.history_cleared",
        subject=("account", str(account_id)) if account_id else ("ledger", "all"),
        now=now,
        after={"since": now.isoformat(), "released": released},
        request_id=request_id,
    )
    return released


def _begin_anew(db: Session, account_id: int, *, now: datetime) -> None:
    start = reading.history_start(db, account_id)
    if start is None:
        db.add(HistoryStart(account_id=account_id, since=now))
    else:
        start.since = now
    db.flush()


def save_filters(db: Session, actions: Sequence[str]) -> None:
    """Which actions the history shows when none are asked for; none at all shows everything."""
    kept = list(dict.fromkeys(actions))
    found = reading.history_filter(db)
    if found is None:
        db.add(HistoryFilter(id=1, actions=kept))
    else:
        found.actions = kept
    db.flush()


def filters(db: Session) -> list[str]:
    found = reading.history_filter(db)
    return [] if found is None else list(found.actions)
