"""People of a network: found by their id, which stays, or by their handle, which may change hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    bindparam,
    delete,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import NULLTYPE

from retinue.capabilities.ledger.repository import outcomes, sources
from retinue.capabilities.ledger.repository import windows as window_rows
from retinue.capabilities.ledger.repository.prepared import Prepared
from retinue.capabilities.ledger.repository.tables import (
    attempts,
    family,
    latest,
    targets,
    traces,
    windows,
)
from retinue.foundation.database import Spelled
from retinue.foundation.database.among import Among


@dataclass(frozen=True, slots=True)
class Known:
    id: int
    network_id: str | None
    handle: str | None
    unavailable_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose windows count, and for what."""

    network: str
    scope_key: str
    action: str


_COLUMNS = (targets.c.id, targets.c.network_id, targets.c.handle, targets.c.unavailable_at)
_OF_NETWORK = targets.c.network == bindparam("network")
_BY_HANDLE = select(*_COLUMNS).where(_OF_NETWORK, targets.c.handle == bindparam("handle"))
_BY_EITHER = select(*_COLUMNS).where(
    or_(
        (targets.c.network == bindparam("network"))
        & (targets.c.network_id == bindparam("network_id")),
        (targets.c.network == bindparam("network")) & (targets.c.handle == bindparam("handle")),
    )
)


def named(
    connection: Connection, network: str, *, network_id: str | None, handle: str
) -> list[Known]:
    """The person with the id and the one with the handle: none, one and the same, or two."""
    statement = _BY_HANDLE if network_id is None else _BY_EITHER
    values = {"network": network, "handle": handle}
    if network_id is not None:
        values["network_id"] = network_id
    return [Known(*row) for row in connection.execute(statement, values)]


def _adding(dialect: Any) -> Any:
    return dialect.insert(targets).on_conflict_do_nothing().returning(targets.c.id)


_ADD = Prepared(Spelled(_adding), ("network", "network_id", "handle", "seen_at"))
_INSERT_IGNORE = insert(targets).prefix_with("IGNORE").inline()


def add(
    connection: Connection, network: str, *, network_id: str | None, handle: str, now: datetime
) -> int | None:
    """The id of a person who is new; none where somebody else has written them down just now."""
    values = {"network": network, "network_id": network_id, "handle": handle, "seen_at": now}
    if family(connection) != "mysql":
        row = _ADD.first(connection, values)
        return None if row is None else int(row[0])
    result = cast("CursorResult[Any]", connection.execute(_INSERT_IGNORE, values))
    return int(result.lastrowid) if result.rowcount == 1 else None


_BY_ID = targets.c.id == bindparam("its_id")


def give_handle(
    connection: Connection, target_id: int, *, handle: str | None, now: datetime
) -> None:
    connection.execute(
        update(targets).where(_BY_ID).values(handle=handle, seen_at=now), {"its_id": target_id}
    )


def learn_id(connection: Connection, target_id: int, *, network_id: str, now: datetime) -> None:
    connection.execute(
        update(targets).where(_BY_ID).values(network_id=network_id, seen_at=now),
        {"its_id": target_id},
    )


def mark_unavailable(connection: Connection, target_id: int, *, at: datetime | None) -> None:
    connection.execute(
        update(targets).where(_BY_ID).values(unavailable_at=at), {"its_id": target_id}
    )


def merge(connection: Connection, source_id: int, into: int) -> None:
    """
    Give a person all that was kept under a bare handle.

    The row of the handle stays, empty, because events point at it.
    """
    rows = (
        connection.execute(select(windows).where(windows.c.target_id == source_id)).mappings().all()
    )
    for row in rows:
        window_rows.extend(connection, [{**row, "target_id": into}])
    connection.execute(delete(windows).where(windows.c.target_id == source_id))
    for table in (attempts, traces):
        connection.execute(
            update(table).where(table.c.target_id == source_id).values(target_id=into)
        )
    _merge_latest(connection, source_id, into)
    sources.merge_contacts(connection, source_id, into)
    connection.execute(
        update(targets).where(targets.c.id == source_id).values(handle=None, merged_into_id=into)
    )


def _merge_latest(connection: Connection, source_id: int, into: int) -> None:
    """Of two last words on the same person the later one stays."""
    both = select(latest).where(latest.c.target_id.in_([source_id, into]))
    rows = connection.execute(both.order_by(latest.c.last_ts)).mappings().all()
    connection.execute(delete(latest).where(latest.c.target_id == source_id))
    for row in rows:
        outcomes.keep_latest(connection, {**row, "target_id": into})


_WINDOW_OF_TARGET = (
    (windows.c.network == targets.c.network)
    & (windows.c.scope_key == bindparam("scope_key"))
    & (windows.c.target_id == targets.c.id)
    & (windows.c.action == bindparam("action"))
)
_HANDLES = Among(targets.c.handle, "handles")
_CHECKED = {
    name: select(
        targets.c.handle,
        type_coerce(targets.c.unavailable_at, NULLTYPE),
        type_coerce(windows.c.expires_at, NULLTYPE),
    )
    .outerjoin(windows, _WINDOW_OF_TARGET)
    .where(
        _OF_NETWORK,
        _HANDLES.in_words_of(name),
        or_(
            targets.c.unavailable_at.is_not(None),
            windows.c.expires_at > bindparam("now", type_=windows.c.expires_at.type),
        ),
    )
    for name in ("sqlite", "postgresql", "mysql")
}


def checked(
    connection: Connection, question: Reach, *, handles: list[str], now: datetime
) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    """
    Of many handles at once, who is or was out of reach: when found gone, and until when their window runs.

    Who was not found gone has a window that runs.
    """
    result = connection.execute(
        _CHECKED[family(connection)],
        {
            "network": question.network,
            "scope_key": question.scope_key,
            "action": question.action,
            "now": now,
            **_HANDLES.given(connection, handles),
        },
    )
    # The driver's own rows: ten thousand objects more would set the garbage collector off.
    rows = cast("CursorResult[Any]", result).cursor
    if rows is not None:
        for handle, gone, until in rows.fetchall():
            yield handle, gone and _moment(gone), until and _moment(until)
    result.close()


def _moment(value: Any) -> datetime:
    """As the driver gives it. Ten thousand through the column's own type take three times as long."""
    if isinstance(value, str):
        # With the zone in the text, because `replace` takes five times as long as reading it.
        return datetime.fromisoformat(value + "Z")
    moment: datetime = value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_CHECKED_ONE = Prepared(
    select(targets.c.unavailable_at, windows.c.expires_at)
    .outerjoin(windows, _WINDOW_OF_TARGET)
    .where(_OF_NETWORK, targets.c.handle == bindparam("handle"))
)


def checked_one(
    connection: Connection, network: str, *, scope_key: str, action: str, handle: str
) -> tuple[datetime | None, datetime | None] | None:
    """As `checked`, of one handle; none where nobody has met it."""
    row = _CHECKED_ONE.first(
        connection,
        {"network": network, "scope_key": scope_key, "action": action, "handle": handle},
    )
    return None if row is None else (row[0], row[1])
