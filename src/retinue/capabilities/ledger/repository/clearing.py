"""What is taken away again: freed windows, and rows that have outlived their use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import (
    LATEST_KEY,
    attempts,
    latest,
    traces,
)


def holding(
    connection: Connection,
    *,
    account_id: int | None,
    started_by: datetime,
    after: Row[*tuple[Any, ...]] | None,
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """
    Known successes that keep somebody out of reach, in pages; `after` is the last one of the page before.

    They come by account, action and start, in the order of an index.
    """
    order = (
        attempts.c.account_id,
        attempts.c.action,
        attempts.c.started_at,
        attempts.c.id,
    )
    statement = (
        select(*order)
        .where(
            attempts.c.state == AttemptState.confirmed,
            attempts.c.held_until > started_by,
            attempts.c.started_at <= started_by,
        )
        .order_by(*order)
        .limit(limit)
    )
    if account_id is not None:
        statement = statement.where(attempts.c.account_id == account_id)
    if after is not None:
        statement = statement.where(_beyond(order, after))
    return connection.execute(statement).all()


def _beyond(order: Sequence[Column[Any]], after: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after a row in this order."""
    first, value = order[0], after[0]
    is_beyond: ColumnElement[bool] = first > value
    if len(order) == 1:
        return is_beyond
    rest = _beyond(order[1:], after[1:])
    # The first is compared twice, because engines take a range from a plain comparison only.
    return and_(first >= value, or_(is_beyond, rest))


def hold_still(connection: Connection, ids: Sequence[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The successes among these that still hold somebody, locked until the commit."""
    return connection.execute(
        select(
            attempts.c.id,
            attempts.c.network,
            attempts.c.target_id,
            attempts.c.action,
            attempts.c.account_id,
            attempts.c.persona_id,
        )
        .where(
            attempts.c.id.in_(ids),
            attempts.c.state == AttemptState.confirmed,
            attempts.c.held_until.is_not(None),
        )
        .order_by(attempts.c.id)
        .with_for_update()
    ).all()


def release(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(update(attempts).where(attempts.c.id.in_(ids)).values(held_until=None))


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
