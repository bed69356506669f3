from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import (
    Attempt,
    AttemptState,
    EventStatus,
    InteractionEvent,
    Target,
)
from retinue.workflows.reconciliation.schemas import Deed


def deeds_in(db: Session, state: AttemptState) -> Counter[Deed]:
    rows = db.execute(
        select(Account.login, Attempt.action, Target.network_id)
        .join(Account, Account.id == Attempt.account_id)
        .join(Target, Target.id == Attempt.target_id)
        .where(Attempt.state == state)
    )
    return Counter(Deed(login, action, person or "") for login, action, person in rows)


def count_events_by_status(db: Session) -> dict[str, int]:
    rows = db.execute(
        select(InteractionEvent.status, func.count()).group_by(InteractionEvent.status)
    )
    return {EventStatus(status).value: count for status, count in rows}
