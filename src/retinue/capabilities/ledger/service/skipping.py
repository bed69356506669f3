"""Candidates that were left alone before any act was tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.repository import intents, outcomes
from retinue.capabilities.ledger.schemas import VISIT, Skip
from retinue.capabilities.ledger.service import people


def skip(db: Session, skipped: Skip, *, now: datetime) -> None:
    """Write down why a candidate was left alone before any act was tried."""
    connection = db.connection()
    handle = rules.handle_key(skipped.target.handle)
    known = people.look_up(connection, skipped.network, skipped.target, now=now)
    intents.add_trace(
        connection,
        {
            "at": now,
            "account_id": skipped.account_id,
            "target_username": handle,
            "target_id": known.id if known else None,
            "action": skipped.action,
            "verdict": "skipped",
            "rule": skipped.rules[-1].rule if skipped.rules else skipped.reason[:60],
            "rules": [seen.as_json() for seen in skipped.rules],
            "source": skipped.source,
            "session_id": skipped.session_id,
            "attempt_id": None,
        },
    )
    outcomes.add_event(
        connection,
        {
            "platform": skipped.network,
            "account_id": skipped.account_id,
            "target_id": known.id if known else None,
            "target_username": handle,
            "action": skipped.action or VISIT,
            "status": EventStatus.skipped,
            "reason": skipped.reason[:255],
            "attempt_id": None,
            "task_id": skipped.task_id,
            "session_id": skipped.session_id,
            "device_id": None,
            "latency_ms": None,
            "ts": now,
            "metadata": {"source": skipped.source} if skipped.source else None,
        },
    )
