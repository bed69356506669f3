from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """One look at the database."""

    pending: dict[str, int]
    """By priority."""
    waiting: dict[str, int]
    """Pending tasks by what they wait for."""
    running: int
    oldest_due_at: datetime | None
    ended_last_minute: dict[str, int]
    workers: dict[bool, int]
    """By whether they are lost."""
    places: int
    sessions: dict[str, int]
    accounts: dict[str, int]
    last_event: int
    events_kept: int
    oldest_untold_event: datetime | None
    jobs: dict[str, int]
    oldest_due_job: datetime | None
    at: datetime = field(repr=False)
