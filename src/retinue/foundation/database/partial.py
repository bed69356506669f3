"""
Indexes of some rows only. MariaDB has none of them and keeps all rows.

To name PostgreSQL where the table is described would load its dialect into every
process, so it is told when tables are made for it.
"""

from __future__ import annotations

from sqlalchemy import Index, MetaData, text

_CONDITION = "retinue.condition"


def partial_index(*columns: str, where: str) -> Index:
    """Of the rows for which `where` holds, in the words of SQL."""
    condition = text(where)
    return Index(None, *columns, sqlite_where=condition, info={_CONDITION: condition})


def tell_postgresql(metadata: MetaData) -> None:
    """Call it before tables are made, or a migration is written, for PostgreSQL. Twice is once."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if _CONDITION in index.info:
                index.kwargs["postgresql_where"] = index.info[_CONDITION]
