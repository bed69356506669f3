from __future__ import annotations

from retinue.capabilities.content.schemas.adding import (
    Added,
    Details,
    Drawn,
    TextCreate,
)
from retinue.capabilities.content.schemas.choosing import Assigned, Cut, Wanted
from retinue.capabilities.content.schemas.figures import (
    PoolRead,
    ReportBy,
    ReportFilter,
    ReportRow,
)
from retinue.capabilities.content.schemas.listed import (
    BulkAct,
    BulkRead,
    ContentAdded,
    ContentBulk,
    ContentChange,
    ContentFilter,
    ContentQuery,
    ContentRead,
    ContentSort,
    ContentState,
    TextChange,
    TextQuery,
    TextRead,
)

__all__ = [
    "Added",
    "Assigned",
    "BulkAct",
    "BulkRead",
    "ContentAdded",
    "ContentBulk",
    "ContentChange",
    "ContentFilter",
    "ContentQuery",
    "ContentRead",
    "ContentSort",
    "ContentState",
    "Cut",
    "Details",
    "Drawn",
    "PoolRead",
    "ReportBy",
    "ReportFilter",
    "ReportRow",
    "TextChange",
    "TextCreate",
    "TextQuery",
    "TextRead",
    "Wanted",
]
