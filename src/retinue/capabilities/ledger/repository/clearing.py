"""What is taken away again: freed windows, and rows that have outlived their use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, select, update

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import (
    LATEST_KEY,
    attempts,
    changed,
    latest,
    traces,
)


def _holding(now: datetime) -> ColumnElement[bool]:
    """Known successes that keep somebody out of reach; what has run out needs no freeing."""
    return (
        (attempts.c.state == AttemptState.confirmed)
        & (attempts.c.held_until > now)
        & (attempts.c.started_at <= now)
    )


def held_people(
    connection: Connection, *, account_id: int | None, now: datetime
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Each person and action that a known success keeps out of reach, with the accounts that did it."""
    statement = (
        select(
            attempts.c.network,
            attempts.c.target_id,
            attempts.c.action,
            attempts.c.account_id,
            attempts.c.persona_id,
        )
        .where(_holding(now))
        .distinct()
    )
    if account_id is not None:
        statement = statement.where(attempts.c.account_id == account_id)
    return connection.execute(statement).all()


def release(connection: Connection, *, account_id: int | None, now: datetime) -> int:
    """Let go of everyone that a known success keeps out of reach. What is open or unknown holds on."""
    statement = update(attempts).where(_holding(now)).values(held_until=None)
    if account_id is not None:
        statement = statement.where(attempts.c.account_id == account_id)
    return changed(connection, statement, {})


def sweep_latest(connection: Connection, *, now: datetime, chunk: int) -> int:
    """Remove up to `chunk` last words that have run out."""
    rows = connection.execute(
        select(*(latest.c[name] for name in LATEST_KEY))
        .where(latest.c.expires_at <= now)
        .order_by(latest.c.expires_at)
        .limit(chunk)
    ).all()
    if rows:
        keys = [{f"its_{name}": getattr(row, name) for name in LATEST_KEY} for row in rows]
        connection.execute(_DROP_LATEST, [{**key, "now": now} for key in keys])
    return len(rows)


_DROP_LATEST = delete(latest).where(
    *(latest.c[name] == bindparam(f"its_{name}") for name in LATEST_KEY),
    latest.c.expires_at <= bindparam("now", type_=latest.c.expires_at.type),
)


def sweep_traces(connection: Connection, *, before: datetime, chunk: int) -> int:
    """Remove decisions that are older than `before`, out of the `chunk` oldest."""
    oldest = connection.execute(select(traces.c.id, traces.c.at).order_by(traces.c.id).limit(chunk))
    ids = [row.id for row in oldest if row.at < before]
    if ids:
        connection.execute(delete(traces).where(traces.c.id.in_(ids)))
    return len(ids)
