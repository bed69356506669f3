"""How often memory answered, hour by hour."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from retinue.capabilities.ledger.repository.tables import cache_tallies
from retinue.foundation.database import Spelled


def _added(dialect: Any) -> Any:
    row = dialect.insert(cache_tallies)
    return row.on_conflict_do_update(
        index_elements=("hour",),
        set_={name: cache_tallies.c[name] + row.excluded[name] for name in ("hits", "misses")},
    )


def _added_mysql(dialect: Any) -> Any:
    row = dialect.insert(cache_tallies)
    return row.on_duplicate_key_update(
        {name: cache_tallies.c[name] + row.inserted[name] for name in ("hits", "misses")}
    )


_ADD = Spelled(_added, mysql=_added_mysql)


def add(connection: Connection, *, hour: datetime, hits: int, misses: int) -> None:
    connection.execute(_ADD.on(connection), {"hour": hour, "hits": hits, "misses": misses})


def counts(connection: Connection, *, since: datetime | None) -> tuple[int, int]:
    """Hits and misses, from the hour that begins at `since` or later."""
    statement = select(func.sum(cache_tallies.c.hits), func.sum(cache_tallies.c.misses))
    if since is not None:
        statement = statement.where(cache_tallies.c.hour >= since)
    row = connection.execute(statement).one()
    return int(row[0] or 0), int(row[1] or 0)
