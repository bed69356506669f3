"""Attempts as they are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import OPEN, accounts, attempts
from retinue.capabilities.ledger.schemas import AttemptFilter


def page(
    connection: Connection, wanted: AttemptFilter, *, before_id: str | None, limit: int
) -> Sequence[Row[Any]]:
    """The newest first, for ids grow with time; each with its account's login."""
    statement = _filtered(_ALL, wanted)
    if before_id is not None:
        statement = statement.where(attempts.c.id < before_id)
    return connection.execute(statement.order_by(attempts.c.id.desc()).limit(limit)).all()


def one(connection: Connection, attempt_id: str) -> Row[Any] | None:
    return connection.execute(_ALL.where(attempts.c.id == attempt_id)).first()


def count(connection: Connection, wanted: AttemptFilter, *, at_most: int) -> int:
    """How many fit; counting ends at `at_most`."""
    some = _filtered(select(attempts.c.id), wanted).limit(at_most)
    return connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()


_ALL = select(attempts, accounts.c.login.label("account")).join(
    accounts, accounts.c.id == attempts.c.account_id
)


def _filtered(statement: Select[Any], wanted: AttemptFilter) -> Select[Any]:
    exact = {
        "state": wanted.state,
        "account_id": wanted.account_id,
        "action": wanted.action,
        "session_id": wanted.session_id,
        "task_id": wanted.task_id,
    }
    for name, value in exact.items():
        if value is not None:
            statement = statement.where(attempts.c[name] == value)
    if wanted.state in {AttemptState.intent, AttemptState.unknown}:
        statement = statement.where(OPEN)
    if wanted.account_ids is not None:
        statement = statement.where(attempts.c.account_id.in_(sorted(wanted.account_ids)))
    return statement
