"""Everything that an intent asks and writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, or_, select

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.prepared import Prepared
from retinue.capabilities.ledger.repository.tables import (
    account_safety,
    accounts,
    attempts,
    family,
    leases,
    pauses,
    personas,
    traces,
    windows,
)

# What was refused, or turned out not to have happened, has used up nothing.
# Written as alternatives, because a list of values is laid out anew at every execution.
_COUNTED = or_(
    attempts.c.state == AttemptState.intent,
    attempts.c.state == AttemptState.confirmed,
    attempts.c.state == AttemptState.unknown,
)
_IN_HOUR = attempts.c.started_at > bindparam("hour_ago", type_=attempts.c.started_at.type)


def _use() -> Any:
    """One pass over the last day, answered from the index alone."""
    return (
        select(
            attempts.c.account_id,
            func.count(case((_COUNTED, 1))).label("day"),
            func.count(case((_COUNTED & _IN_HOUR, 1))).label("hour"),
            func.max(attempts.c.started_at).label("last_at"),
            func.min(case((_COUNTED & _IN_HOUR, attempts.c.started_at))).label("oldest_of_hour"),
            func.min(case((_COUNTED, attempts.c.started_at))).label("oldest_of_day"),
        )
        .where(
            attempts.c.account_id == bindparam("account_id"),
            attempts.c.action == bindparam("action"),
            attempts.c.started_at > bindparam("day_ago", type_=attempts.c.started_at.type),
        )
        .group_by(attempts.c.account_id)
        .subquery("used")
    )


def _fence() -> Any:
    """Of whoever holds the account's lease at this moment."""
    return (
        select(leases.c.fence)
        .where(
            leases.c.key == bindparam("lease_key"),
            leases.c.holder.is_not(None),
            leases.c.expires_at > bindparam("now", type_=leases.c.expires_at.type),
        )
        .scalar_subquery()
    )


def _pause_reason(key: str) -> Any:
    return select(pauses.c.reason).where(pauses.c.key == bindparam(key)).scalar_subquery()


def _facts() -> Any:
    used = _use()
    window_until = (
        select(windows.c.expires_at)
        .where(
            windows.c.network == bindparam("network"),
            windows.c.scope_key == bindparam("scope_key"),
            windows.c.target_id == bindparam("target_id"),
            windows.c.action == bindparam("action"),
        )
        .scalar_subquery()
    )
    return (
        select(
            accounts.c.kind,
            accounts.c.account_no,
            accounts.c.lifecycle,
            accounts.c.health,
            accounts.c.health_evidence,
            accounts.c.paused_at,
            accounts.c.pause_reason,
            personas.c.paused_at.label("persona_paused_at"),
            _fence().label("fence"),
            _pause_reason("fleet_key").label("fleet_pause"),
            _pause_reason("action_key").label("action_pause"),
            account_safety.c.consecutive_rate_limits,
            account_safety.c.backoff_until,
            account_safety.c.cooldown_until,
            account_safety.c.is_probing,
            *(column for column in used.c if column.name != "account_id"),
            window_until.label("window_until"),
        )
        .select_from(accounts)
        .outerjoin(personas, personas.c.id == accounts.c.persona_id)
        .outerjoin(account_safety, account_safety.c.account_id == accounts.c.id)
        .outerjoin(used, used.c.account_id == accounts.c.id)
        .where(accounts.c.id == bindparam("account_id"))
    )


_FACTS = _facts()
_LEASE = select(leases.c.fence).where(leases.c.key == bindparam("lease_key")).with_for_update()


@dataclass(frozen=True, slots=True)
class Question:
    account_id: int
    network: str
    action: str
    target_id: int | None
    scope_key: str
    lease_key: str
    fleet_key: str
    action_key: str


def facts(connection: Connection, question: Question, *, now: datetime) -> Row[Any] | None:
    """
    All that decides about an act, as of one moment; none where there is no such account.

    On a server the account's lease row is held until the commit: intents of one
    account wait for each other, and nobody takes the lease over in between.
    """
    if family(connection) != "sqlite":
        connection.execute(_LEASE, {"lease_key": question.lease_key})
    values = {
        "account_id": question.account_id,
        "network": question.network,
        "action": question.action,
        # No row has the id -1: a person who is not known yet has no window.
        "target_id": -1 if question.target_id is None else question.target_id,
        "scope_key": question.scope_key,
        "lease_key": question.lease_key,
        "fleet_key": question.fleet_key,
        "action_key": question.action_key,
        "now": now,
        "hour_ago": now - timedelta(hours=1),
        "day_ago": now - timedelta(hours=24),
    }
    return connection.execute(_FACTS, values).first()


_ADD_ATTEMPT = Prepared(
    insert(attempts).inline(),
    (
        "id",
        "account_id",
        "persona_id",
        "network",
        "target_id",
        "target_username",
        "action",
        "object_id",
        "state",
        "source",
        "session_id",
        "task_id",
        "device_id",
        "fence",
        "started_at",
        "held_until",
    ),
)
_ADD_TRACE = Prepared(
    insert(traces).inline(), [column.name for column in traces.c if column.name != "id"]
)


def add_attempt(connection: Connection, values: dict[str, Any]) -> None:
    _ADD_ATTEMPT.run(connection, values)


def add_trace(connection: Connection, values: dict[str, Any]) -> None:
    _ADD_TRACE.run(connection, values)
