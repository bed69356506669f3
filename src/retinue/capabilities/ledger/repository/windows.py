"""
Who is taken, until when.

A window row says the latest `held_until` of the attempts in its scope. Taking a
scope is one conditional statement, so that of many who try at once one wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    insert,
    select,
    update,
)

from retinue.capabilities.ledger.repository.prepared import Prepared
from retinue.capabilities.ledger.repository.tables import (
    WINDOW_KEY,
    attempts,
    family,
    windows,
)
from retinue.foundation.database import Spelled


def _taking(dialect: Any) -> Any:
    """Take where it has run out."""
    row = dialect.insert(windows)
    return row.on_conflict_do_update(
        index_elements=WINDOW_KEY,
        set_={"attempt_id": row.excluded.attempt_id, "expires_at": row.excluded.expires_at},
        where=windows.c.expires_at <= bindparam("now", type_=windows.c.expires_at.type),
    )


def _extending(dialect: Any) -> Any:
    """Extend where it runs, but never shorten."""
    row = dialect.insert(windows)
    is_longer = row.excluded.expires_at > windows.c.expires_at
    return row.on_conflict_do_update(
        index_elements=WINDOW_KEY,
        set_={
            "attempt_id": case((is_longer, row.excluded.attempt_id), else_=windows.c.attempt_id),
            "expires_at": case((is_longer, row.excluded.expires_at), else_=windows.c.expires_at),
        },
    )


def _extending_mysql(dialect: Any) -> Any:
    row = dialect.insert(windows)
    is_longer = row.inserted.expires_at > windows.c.expires_at
    # Assignments are made one after the other here, so the moment that both ask for goes last.
    return row.on_duplicate_key_update(
        [
            (
                "attempt_id",
                case((is_longer, row.inserted.attempt_id), else_=windows.c.attempt_id),
            ),
            (
                "expires_at",
                case((is_longer, row.inserted.expires_at), else_=windows.c.expires_at),
            ),
        ]
    )


_COLUMNS = (*WINDOW_KEY, "attempt_id", "expires_at")
_TAKE = Prepared(Spelled(_taking), _COLUMNS)
_EXTEND = Prepared(Spelled(_extending, mysql=_extending_mysql), _COLUMNS)
_INSERT_IGNORE = insert(windows).prefix_with("IGNORE")
_THE_ROW = and_(*(windows.c[name] == bindparam(f"its_{name}") for name in WINDOW_KEY))
_TAKE_EXPIRED = (
    update(windows)
    .where(_THE_ROW, windows.c.expires_at <= bindparam("now", type_=windows.c.expires_at.type))
    .values(attempt_id=bindparam("attempt_id"), expires_at=bindparam("expires_at"))
)


def take(connection: Connection, row: dict[str, Any], *, now: datetime) -> bool:
    """Take the scope that must be free. False when somebody else has it, and then nothing is written."""
    if family(connection) != "mysql":
        return _TAKE.run(connection, {**row, "now": now}) == 1
    # The update goes first: two that lose an INSERT IGNORE both hold the row shared,
    # and would be a deadlock as soon as both wanted to change it.
    expired = {**_key(row), "now": now, **_values(row)}
    if connection.execute(_TAKE_EXPIRED, expired).rowcount == 1:
        return True
    return connection.execute(_INSERT_IGNORE, row).rowcount == 1


def extend(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the scopes that need not be free. A longer window that is there stays."""
    _EXTEND.run_many(connection, rows)


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {f"its_{name}": row[name] for name in WINDOW_KEY}


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {"attempt_id": row["attempt_id"], "expires_at": row["expires_at"]}


WindowKey = tuple[str, str, int, str]
"""In the order of `WINDOW_KEY`."""

_REPLACE = (
    update(windows)
    .where(_THE_ROW)
    .values(attempt_id=bindparam("attempt_id"), expires_at=bindparam("expires_at"))
)


def _of(keys: Iterable[WindowKey]) -> Iterator[ColumnElement[bool]]:
    """
    The rows of these keys, as one condition for each network, scope and action.

    SQLite would look through the whole table for a list of whole keys.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for network, scope_key, target_id, action in sorted(keys):
        groups.setdefault((network, scope_key, action), []).append(target_id)
    for (network, scope_key, action), target_ids in groups.items():
        yield (
            (windows.c.network == network)
            & (windows.c.scope_key == scope_key)
            & (windows.c.action == action)
            & windows.c.target_id.in_(target_ids)
        )


def locked(connection: Connection, keys: Iterable[WindowKey]) -> list[Row[*tuple[Any, ...]]]:
    """The rows of these keys, held until the commit."""
    found: list[Row[*tuple[Any, ...]]] = []
    for is_of in _of(keys):
        statement = select(windows).where(is_of).order_by(windows.c.target_id).with_for_update()
        found += connection.execute(statement).all()
    return found


def rebuild(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> int:
    """
    Bring windows that are `locked` back in line with the attempts that still hold.

    How many have become free. The lock comes first, so that an intent that is being
    written meanwhile is either seen here or extends the row afterwards.
    """
    held: dict[tuple[str, int, str], list[Row[*tuple[Any, ...]]]] = {}
    for one in _holders(connection, {row.target_id for row in rows}):
        held.setdefault((one.network, one.target_id, one.action), []).append(one)
    free: list[WindowKey] = []
    for row in rows:
        person = held.get((row.network, row.target_id, row.action), ())
        holders = [one for one in person if _is_in(row.scope_key, one.account_id, one.persona_id)]
        if not holders:
            free.append((row.network, row.scope_key, row.target_id, row.action))
            continue
        last = max(holders, key=lambda one: (one.held_until, one.id))
        if last.held_until != row.expires_at or last.id != row.attempt_id:
            key = {f"its_{name}": getattr(row, name) for name in WINDOW_KEY}
            values = {"attempt_id": last.id, "expires_at": last.held_until}
            connection.execute(_REPLACE, {**key, **values})
    for is_of in _of(free):
        connection.execute(delete(windows).where(is_of))
    return len(free)


def _holders(
    connection: Connection, target_ids: Collection[int]
) -> Sequence[Row[*tuple[Any, ...]]]:
    names = ("id", "network", "target_id", "action", "account_id", "persona_id", "held_until")
    return connection.execute(
        select(*(attempts.c[name] for name in names)).where(
            attempts.c.target_id.in_(sorted(target_ids)), attempts.c.held_until.is_not(None)
        )
    ).all()


def _is_in(scope_key: str, account_id: int, persona_id: int | None) -> bool:
    kind, _, number = scope_key.partition(":")
    if kind == "account":
        return int(number) == account_id
    return kind == "fleet" or (persona_id is not None and int(number) == persona_id)


_EXPIRED = (
    select(*(windows.c[name] for name in WINDOW_KEY))
    .where(windows.c.expires_at <= bindparam("now"))
    .order_by(windows.c.expires_at)
    .limit(bindparam("chunk"))
)
_DROP_EXPIRED = delete(windows).where(
    _THE_ROW, windows.c.expires_at <= bindparam("now", type_=windows.c.expires_at.type)
)


def sweep(connection: Connection, *, now: datetime, chunk: int) -> int:
    """Remove up to `chunk` rows that have run out."""
    rows = connection.execute(_EXPIRED, {"now": now, "chunk": chunk}).all()
    if not rows:
        return 0
    keys = [
        {**{f"its_{name}": getattr(row, name) for name in WINDOW_KEY}, "now": now} for row in rows
    ]
    connection.execute(_DROP_EXPIRED, keys)
    return len(keys)
