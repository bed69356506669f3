from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus


def accounts_after(
    db: Session, last: str, *, limit: int, only_ids: frozenset[int] | None
) -> Sequence[Account]:
    statement = (
        select(Account)
        .where(
            Account.is_test.is_(False),
            Account.lifecycle != Lifecycle.retired,
            Account.account_no > last,
        )
        .order_by(Account.account_no)
        .limit(limit)
    )
    if only_ids is not None:
        statement = statement.where(Account.id.in_(only_ids))
    return db.scalars(statement).all()


def newest_sessions(db: Session, account_ids: Sequence[int]) -> dict[int, SessionStatus]:
    """How each account's newest session stands; ids of sessions are in the order of their making."""
    newest = (
        select(func.max(EngagementSession.id))
        .where(EngagementSession.account_id.in_(account_ids))
        .group_by(EngagementSession.account_id)
    )
    rows = db.execute(
        select(EngagementSession.account_id, EngagementSession.status).where(
            EngagementSession.id.in_(newest)
        )
    )
    return {row.account_id: row.status for row in rows}
