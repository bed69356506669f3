"""Attempts whose outcome is not known: which are due to be looked at, and who looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import accounts, attempts, targets
from retinue.capabilities.ledger.schemas import SettledBy


def due_accounts(connection: Connection, *, now: datetime, limit: int) -> list[int]:
    """Accounts of the first `limit` attempts that are to be looked at, the longest due first."""
    # Not grouped: for that an engine would rather walk through all attempts in the order of accounts.
    statement = (
        select(attempts.c.account_id)
        .where(attempts.c.next_probe_at <= now)
        .order_by(attempts.c.next_probe_at)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.execute(statement).scalars()))


def due_of_account(
    connection: Connection, account_id: int, *, now: datetime, limit: int
) -> Sequence[Row[Any]]:
    """The longest due first, each with the person's name and number of today, and the account's own."""
    statement = (
        select(attempts, targets.c.handle, targets.c.network_id, accounts.c.network_user_id)
        .join(targets, targets.c.id == attempts.c.target_id)
        .join(accounts, accounts.c.id == attempts.c.account_id)
        # The sum keeps the engine from walking through all that the account ever did.
        .where(attempts.c.next_probe_at <= now, attempts.c.account_id + 0 == account_id)
        .order_by(attempts.c.next_probe_at, attempts.c.id)
        .limit(limit)
    )
    return connection.execute(statement).all()


def move_probe(
    connection: Connection, row: Any, *, next_probe_at: datetime | None, probes: int
) -> bool:
    """False when somebody else has taken the row up, or settled it, since it was read."""
    statement = (
        update(attempts)
        .where(
            attempts.c.id == row.id,
            attempts.c.state == AttemptState.unknown,
            attempts.c.probes == row.probes,
            attempts.c.next_probe_at == row.next_probe_at
            if row.next_probe_at is not None
            else attempts.c.next_probe_at.is_(None),
        )
        .values(next_probe_at=next_probe_at, probes=probes)
    )
    return connection.execute(statement).rowcount == 1


def keep_evidence(
    connection: Connection, attempt_id: str, evidence: dict[str, Any], **values: Any
) -> bool:
    """False when it has been settled meanwhile."""
    statement = (
        update(attempts)
        .where(attempts.c.id == attempt_id, attempts.c.state == AttemptState.unknown)
        .values(evidence=evidence, **values)
    )
    return connection.execute(statement).rowcount == 1


def has_absent_before(connection: Connection, row: Any, *, since: datetime) -> bool:
    """Whether a probe has found the same act of the account on the person absent once already."""
    statement = (
        select(attempts.c.id)
        .where(
            attempts.c.target_id == row.target_id,
            attempts.c.action == row.action,
            attempts.c.account_id == row.account_id,
            attempts.c.state == AttemptState.absent,
            attempts.c.settled_by == SettledBy.probe.value,
            attempts.c.started_at > since,
            attempts.c.id != row.id,
        )
        .limit(1)
    )
    return connection.execute(statement).first() is not None
