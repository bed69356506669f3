"""How accounts stand, as lists and pages show it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.safety import repository, rules
from retinue.capabilities.safety.models import AccountSafety
from retinue.capabilities.safety.schemas import ErrorRead, SafetyState, Standing, StateFilter


def standing_of(db: Session, account_id: int, *, now: datetime) -> Standing:
    row = repository.of_account(db, account_id)
    return Standing() if row is None else rules.at(standing_in(row), now)


def state_of(db: Session, account: Account, *, now: datetime, errors: int = 10) -> SafetyState:
    return _state(db, account, repository.of_account(db, account.id), now=now, errors=errors)


def states(
    db: Session,
    *,
    wanted: StateFilter | None = None,
    now: datetime,
    after_id: int = 0,
    limit: int = 50,
    errors: int = 10,
) -> list[SafetyState]:
    """Accounts in use in the order of their ids, each with its newest failures."""
    rows = repository.accounts_with_safety(
        db,
        wanted or StateFilter(),
        after_id=after_id,
        limit=limit,
        now=now,
        error_since=now - rules.RECENT_ERROR,
    )
    return [_state(db, account, safety, now=now, errors=errors) for account, safety in rows]


def standing_in(row: AccountSafety) -> Standing:
    return Standing(
        consecutive=row.consecutive_rate_limits,
        backoff_until=row.backoff_until,
        cooldown_until=row.cooldown_until,
        is_probing=row.is_probing,
    )


def _state(
    db: Session, account: Account, row: AccountSafety | None, *, now: datetime, errors: int
) -> SafetyState:
    standing = rules.at(standing_in(row), now) if row else Standing()
    counts = row.errors_by_class if row else {}
    recent = repository.recent_errors(db, account.id, limit=errors) if counts else []
    shown = [ErrorRead.model_validate(error) for error in recent]
    until = standing.cooldown_until or standing.backoff_until
    return SafetyState(
        account_id=account.id,
        account=account.login,
        account_no=account.account_no,
        paused=account.paused_at is not None,
        pause_reason=account.pause_reason,
        state=rules.shown_state(
            account.health, standing, last_error_at=row.last_error_at if row else None, now=now
        ),
        health=account.health,
        health_evidence=account.health_evidence,
        cooldown_until=standing.cooldown_until,
        backoff_until=standing.backoff_until,
        seconds_left=max(0, round((until - now).total_seconds())) if until else 0,
        consecutive_rate_limits=standing.consecutive,
        error_count=sum(counts.values()),
        errors_by_class=counts,
        last_error=shown[0] if shown else None,
        recent_errors=shown,
    )
