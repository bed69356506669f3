"""The tables as Core knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable, Table, literal_column
from sqlalchemy.orm import Session

from retinue.capabilities.monitors import models
from retinue.capabilities.monitors.models import MonitorKind
from retinue.foundation.database.among import Among
from retinue.foundation.database.spelled import family_of


def _table(record: Any) -> Table:
    return cast("Table", record.__table__)


Rows = Sequence[Any]
"""What a question of several columns is answered with: each column is an attribute."""

monitors = _table(models.Monitor)
rollups = _table(models.MetricsRollup)
spend = _table(models.SpendRow)
keys = _table(models.SourceKey)
HISTORY: Mapping[MonitorKind, Table] = {
    MonitorKind.influencer: _table(models.InfluencerMetricsHistory),
    MonitorKind.post: _table(models.PostMetricsHistory),
}

ACTIVE = monitors.c.status == literal_column("'active'")

_ID_AMONG = Among(monitors.c.id, "ids")


def core(db: Session) -> Connection:
    return db.connection()


def of_ids(connection: Connection) -> Any:
    """The condition that a monitor is one of those which `given_ids` names."""
    return _ID_AMONG.condition(family_of(connection.dialect))


def given_ids(connection: Connection, ids: Sequence[int]) -> dict[str, Any]:
    return _ID_AMONG.given(connection, ids)


def changed(
    connection: Connection,
    statement: Executable,
    values: dict[str, Any] | Sequence[dict[str, Any]] | None = None,
) -> int:
    """How many rows the statement has changed."""
    result = connection.execute(statement, values) if values else connection.execute(statement)
    return cast("CursorResult[Any]", result).rowcount
