"""Attempts as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.ledger.errors import AttemptNotFound
from retinue.capabilities.ledger.repository import attempts
from retinue.capabilities.ledger.schemas import AttemptFilter

COUNTED_AT_MOST = 10_000


def list_attempts(
    db: Session, wanted: AttemptFilter, *, before_id: str | None = None, limit: int = 50
) -> Sequence[Row[Any]]:
    """Attempts that fit, the newest first, each with its account's login."""
    return attempts.page(db.connection(), wanted, before_id=before_id, limit=limit)


def count_attempts(db: Session, wanted: AttemptFilter) -> int | None:
    """How many fit; none above 10,000, because a full count would hold the list up."""
    found = attempts.count(db.connection(), wanted, at_most=COUNTED_AT_MOST + 1)
    return found if found <= COUNTED_AT_MOST else None


def find_attempt(
    db: Session, attempt_id: str, *, account_ids: frozenset[int] | None = None
) -> Row[Any]:
    """
    Raises:
        AttemptNotFound: there is none of this id, or it is of none of these accounts.
    """
    row = attempts.one(db.connection(), attempt_id)
    if row is None or (account_ids is not None and row.account_id not in account_ids):
        raise AttemptNotFound(f"attempt_id: there is no attempt {attempt_id}")
    return row
