"""
The same engagement without a promise before the act: first the effect, then the ledger.

It checks the windows, and takes them only once the answer is there. This is how
the tools that people use today do it, and it must fail the crash tests.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.ledger.schemas import Declined, IntentRequest, Outcome, Reserved, Settled
from retinue.capabilities.ledger.service import reserving, settling
from retinue.capabilities.settings.schemas import RuntimeSettings

_wanted: dict[str, tuple[IntentRequest, datetime]] = {}


def reserve(
    db: Session, request: IntentRequest, *, settings: RuntimeSettings, now: datetime
) -> Reserved | Declined:
    savepoint = db.begin_nested()
    answer = reserving.reserve(db, request, settings=settings, now=now)
    if isinstance(answer, Declined):
        savepoint.commit()
        return answer
    savepoint.rollback()
    _wanted[answer.attempt_id] = (request, now)
    return answer


def settle(
    db: Session, attempt_id: str, outcome: Outcome, *, settings: RuntimeSettings, **more: Any
) -> Settled:
    request, at = _wanted.pop(attempt_id)
    answer = reserving.reserve(db, request, settings=settings, now=at)
    assert isinstance(answer, Reserved)
    return settling.settle(db, answer.attempt_id, outcome, settings=settings, **more)
