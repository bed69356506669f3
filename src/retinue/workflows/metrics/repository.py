from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.ledger.models import Attempt, AttemptState
from retinue.capabilities.sessions.models import OPEN_STATUSES, EngagementSession, SessionStatus

Accounts = frozenset[int] | None
"""Of these accounts only; none means of all."""


def acts_since(
    db: Session, moment: datetime, *, actions: Collection[str], accounts: Accounts
) -> dict[str, int]:
    """What counts against the limits of active accounts, by action."""
    active = select(Account.id).where(
        Account.lifecycle == Lifecycle.active,
        Account.is_test.is_(False),
        *_among(Account.id, accounts),
    )
    counted = (AttemptState.intent, AttemptState.confirmed, AttemptState.unknown)
    statement = (
        select(Attempt.action, func.count())
        .where(
            Attempt.account_id.in_(active),
            Attempt.action.in_(actions),
            Attempt.started_at > moment,
            Attempt.state.in_(counted),
        )
        .group_by(Attempt.action)
    )
    return {row[0]: row[1] for row in db.execute(statement)}


def open_unknowns(db: Session, accounts: Accounts) -> tuple[int, datetime | None]:
    statement = select(func.count(), func.min(Attempt.started_at)).where(
        # In the words of the partial index, which SQLite uses for no others.
        Attempt.state.in_([literal_column("'intent'"), literal_column("'unknown'")]),
        Attempt.state == AttemptState.unknown,
        *_among(Attempt.account_id, accounts),
    )
    row = db.execute(statement).one()
    return row[0], row[1]


def open_sessions(db: Session, accounts: Accounts) -> dict[SessionStatus, int]:
    statement = (
        select(EngagementSession.status, func.count())
        .where(
            EngagementSession.status.in_(OPEN_STATUSES),
            *_among(EngagementSession.account_id, accounts),
        )
        .group_by(EngagementSession.status)
    )
    return {row[0]: row[1] for row in db.execute(statement)}


def _among(column: Any, accounts: Accounts) -> list[ColumnElement[bool]]:
    return [] if accounts is None else [column.in_(sorted(accounts))]
