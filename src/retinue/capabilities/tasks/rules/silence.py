"""What is said of a task whose worker does not report any more, until another one takes it over."""

from __future__ import annotations

from datetime import datetime, timedelta

NOTICED_AFTER = 0.5
"""Of a lease. A worker that lives renews after a third of it."""


def words(lease_until: datetime | None, *, lease: timedelta, now: datetime) -> str | None:
    """None while the worker that holds it reports."""
    if lease_until is None:
        return None
    silent = now - (lease_until - lease)
    if silent < lease * NOTICED_AFTER:
        return None
    return (
        f"Its worker has not reported for {silent.total_seconds():.0f} s. Unless it does, another one "
        f"takes the task over after {lease_until:%H:%M:%S} UTC."
    )
