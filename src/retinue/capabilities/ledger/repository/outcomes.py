"""Everything that a settlement asks and writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    func,
    insert,
    select,
    update,
)

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.prepared import Prepared
from retinue.capabilities.ledger.repository.tables import (
    LATEST_KEY,
    OPEN,
    account_safety,
    attempts,
    events,
    latest,
)
from retinue.foundation.database import Spelled

_ATTEMPT = Prepared(
    select(
        attempts,
        account_safety.c.consecutive_rate_limits,
        account_safety.c.is_probing,
    )
    .outerjoin(account_safety, account_safety.c.account_id == attempts.c.account_id)
    .where(attempts.c.id == bindparam("attempt_id"))
)


def attempt(connection: Connection, attempt_id: str) -> Any:
    """The attempt's columns, and how its account stands; none where there is no such attempt."""
    return _ATTEMPT.first(connection, {"attempt_id": attempt_id})


_SETTLE = Prepared(
    update(attempts)
    .where(attempts.c.id == bindparam("its_id"), attempts.c.state == bindparam("its_state"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "settled_at",
                "settled_by",
                "failure",
                "phase",
                "evidence",
                "held_until",
                "next_probe_at",
            )
        }
    )
)


def settle(
    connection: Connection, attempt_id: str, *, was: AttemptState, values: dict[str, Any]
) -> bool:
    """Move an attempt on from the state it was seen in. False when somebody else was faster."""
    row = {"its_id": attempt_id, "its_state": was, **values}
    return _SETTLE.run(connection, row) == 1


_ADD_EVENT = Prepared(
    insert(events).inline(), [column.name for column in events.c if column.name != "id"]
)


def add_event(connection: Connection, values: dict[str, Any]) -> None:
    _ADD_EVENT.run(connection, values)


def _latest_upsert(dialect: Any) -> Any:
    row = dialect.insert(latest)
    names = ("last_status", "last_ts", "expires_at")
    return row.on_conflict_do_update(
        index_elements=LATEST_KEY, set_={name: row.excluded[name] for name in names}
    )


def _latest_upsert_mysql(dialect: Any) -> Any:
    row = dialect.insert(latest)
    names = ("last_status", "last_ts", "expires_at")
    return row.on_duplicate_key_update({name: row.inserted[name] for name in names})


_LATEST = Prepared(
    Spelled(_latest_upsert, mysql=_latest_upsert_mysql), [column.name for column in latest.c]
)


def keep_latest(connection: Connection, values: dict[str, Any]) -> None:
    _LATEST.run(connection, values)


def open_intents_of_session(connection: Connection, session_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(attempts)
        .where(OPEN, attempts.c.state == AttemptState.intent, attempts.c.session_id == session_id)
        .order_by(attempts.c.id)
    ).all()


def open_intents(
    connection: Connection, *, started_before: datetime, limit: int
) -> Sequence[Row[Any]]:
    """The oldest first."""
    return connection.execute(
        select(attempts)
        .where(
            OPEN,
            attempts.c.state == AttemptState.intent,
            attempts.c.started_at < started_before,
        )
        .order_by(attempts.c.started_at)
        .limit(limit)
    ).all()


def unknowns(connection: Connection) -> tuple[int, datetime | None]:
    """How many outcomes are open, and since when the oldest of them."""
    row = connection.execute(
        select(func.count(), func.min(attempts.c.started_at)).where(
            OPEN, attempts.c.state == AttemptState.unknown
        )
    ).one()
    return row[0], row[1]
