"""
Monitors: made, claimed, written down, read. Nothing here commits, and nothing here calls a source.
"""

from __future__ import annotations

from retinue.capabilities.monitors.schemas import MOST
from retinue.capabilities.monitors.service import caching, drawing
from retinue.capabilities.monitors.service.claiming import (
    CHUNK,
    claim_due,
    give_back,
    hurry,
    next_due_at,
    replan,
    still_wanted,
)
from retinue.capabilities.monitors.service.histories import (
    History,
    check_metric,
    compare,
    figures_of,
    history,
    history_of,
    rolled,
    series,
)
from retinue.capabilities.monitors.service.making import (
    change,
    create,
    due,
    foreseen,
    get,
    pause,
    pause_many,
    resume,
    resume_many,
    stop_many,
)
from retinue.capabilities.monitors.service.naming import person, post, seconds_of, subject_of
from retinue.capabilities.monitors.service.reading import (
    count,
    ids_of,
    is_stale,
    page,
    read,
    sort_key,
    task_status,
    tasks_of_kind,
)
from retinue.capabilities.monitors.service.recording import record, record_failures
from retinue.capabilities.monitors.service.rolling import roll_up
from retinue.capabilities.monitors.service.sources import (
    connection,
    drop_key,
    put_key,
    sources,
)
from retinue.capabilities.monitors.service.spending import (
    budget,
    charge,
    has_budget,
    spent_by_month,
)

__all__ = [
    "CHUNK",
    "MOST",
    "History",
    "budget",
    "caching",
    "change",
    "charge",
    "check_metric",
    "claim_due",
    "compare",
    "connection",
    "count",
    "create",
    "drawing",
    "drop_key",
    "due",
    "figures_of",
    "foreseen",
    "get",
    "give_back",
    "has_budget",
    "history",
    "history_of",
    "hurry",
    "ids_of",
    "is_stale",
    "next_due_at",
    "page",
    "pause",
    "pause_many",
    "person",
    "post",
    "put_key",
    "read",
    "record",
    "record_failures",
    "replan",
    "resume",
    "resume_many",
    "roll_up",
    "rolled",
    "seconds_of",
    "series",
    "sort_key",
    "sources",
    "spent_by_month",
    "still_wanted",
    "stop_many",
    "subject_of",
    "task_status",
    "tasks_of_kind",
]
