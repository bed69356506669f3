"""
One database, three engines, two ways in.

`Database.writing()` is one transaction that commits at its end; `Database.reading()`
cannot write. What must leave only after the commit is handed to `on_commit`.
"""

from retinue.foundation.database.append_only import append_only
from retinue.foundation.database.handle import Database, DatabaseBusy, on_commit
from retinue.foundation.database.partial import partial_index
from retinue.foundation.database.record import Record, UtcDateTime, big_id, id_text, table_of
from retinue.foundation.database.spelled import Spelled

__all__ = [
    "Database",
    "DatabaseBusy",
    "Record",
    "Spelled",
    "UtcDateTime",
    "append_only",
    "big_id",
    "id_text",
    "on_commit",
    "partial_index",
    "table_of",
]
