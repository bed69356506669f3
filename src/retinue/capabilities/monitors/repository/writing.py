"""What a run leaves behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, text, update
from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.repository.tables import HISTORY, monitors, spend
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.spelled import Spelled, family_of

_NAMES = ("due_at", "last_run_at", "last_success_at", "latest", "watch", "cadence", "subject_id")


def _given(name: str) -> Any:
    return bindparam(f"new_{name}", type_=monitors.c[name].type)


_HELD = (monitors.c.id == bindparam("monitor"), monitors.c.fence == bindparam("held_under"))
_FREED: dict[str, Any] = {
    "claimed_by": None,
    "claimed_until": None,
    "is_spread": False,
    "waiting_why": None,
}
_SUCCEEDED = Prepared(
    update(monitors)
    .where(*_HELD)
    .values(
        **_FREED,
        **{name: _given(name) for name in _NAMES},
        last_error=None,
        failures=0,
    )
)
_TYPES = {"due_at": "VARCHAR(40)", "last_run_at": "VARCHAR(40)", "last_success_at": "VARCHAR(40)"}
# Its driver sends row for row, and waits for an answer to each.
_SUCCEEDED_TOGETHER = text(
    "UPDATE monitors JOIN JSON_TABLE(:told, '$[*]' COLUMNS ("
    " monitor BIGINT PATH '$.monitor', held_under BIGINT PATH '$.held_under',"
    + ",".join(f" {name} {_TYPES.get(name, 'LONGTEXT')} PATH '$.new_{name}'" for name in _NAMES)
    + ")) AS given ON monitors.id = given.monitor AND monitors.fence = given.held_under SET"
    + "".join(f" monitors.{name} = given.{name}," for name in _NAMES)
    + " monitors.claimed_by = NULL, monitors.claimed_until = NULL, monitors.is_spread = 0,"
    " monitors.waiting_why = NULL, monitors.last_error = NULL, monitors.failures = 0"
    " WHERE monitors.id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_FAILED = Prepared(
    update(monitors)
    .where(*_HELD)
    .values(
        **_FREED,
        due_at=_given("due_at"),
        last_run_at=_given("last_run_at"),
        last_error=_given("last_error"),
        failures=_given("failures"),
    )
)


def _insert(table: Table) -> Prepared:
    # The same reading told twice is one row.
    spelled = Spelled(
        lambda words: words.insert(table).on_conflict_do_nothing(),
        mysql=lambda words: words.insert(table).prefix_with("IGNORE"),
    )
    return Prepared(spelled, table.c.keys())


_INSERTS: Mapping[MonitorKind, Prepared] = {kind: _insert(table) for kind, table in HISTORY.items()}
_CHARGE = Prepared(
    Spelled(
        lambda words: _adding(words.insert(spend)),
        mysql=lambda words: _adding_in_mysql(words.insert(spend)),
    ),
    spend.c.keys(),
)


def _adding(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["month", "source"],
        set_={
            "calls": spend.c.calls + insert.excluded.calls,
            "cost_micros": spend.c.cost_micros + insert.excluded.cost_micros,
        },
    )


def _adding_in_mysql(insert: Any) -> Any:
    return insert.on_duplicate_key_update(
        calls=spend.c.calls + insert.inserted.calls,
        cost_micros=spend.c.cost_micros + insert.inserted.cost_micros,
    )


def add_rows(db: Session, kind: MonitorKind, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        _INSERTS[kind].run_many(db.connection(), rows)


def succeed(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """`monitor`, `held_under` and a `new_` value for each of what a good run changes."""
    if not rows:
        return
    connection = db.connection()
    if family_of(connection.dialect) == "mysql":
        told = json.dumps([{name: _plain(value) for name, value in row.items()} for row in rows])
        ids = [row["monitor"] for row in rows]
        connection.execute(_SUCCEEDED_TOGETHER, {"told": told, "ids": ids})
        return
    _SUCCEEDED.run_many(connection, rows)


def _plain(value: Any) -> Any:
    """As JSON can carry it into a column: a moment as UTC without a zone, an object as a text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return json.dumps(value) if isinstance(value, dict) else value


def fail(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        _FAILED.run_many(db.connection(), rows)


def charge(db: Session, *, month: str, source: str, calls: int, cost_micros: int) -> None:
    _CHARGE.run(
        db.connection(),
        {"month": month, "source": source, "calls": calls, "cost_micros": cost_micros},
    )
