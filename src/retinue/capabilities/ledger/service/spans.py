"""The hour and the day of the limits, which are longer by what the wall clock has jumped forward in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from retinue.capabilities.ledger.schemas import IntentRequest
from retinue.capabilities.safety.schemas import Use

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


def start_of(span: timedelta, request: IntentRequest, *, now: datetime) -> datetime:
    return now - span if request.jumps is None else request.jumps.start_of(span, end=now)


def use_of(row: Any, request: IntentRequest) -> Use:
    return Use(
        row.hour or 0,
        row.day or 0,
        row.last_at,
        _moved_on(row.oldest_of_hour, HOUR, request),
        _moved_on(row.oldest_of_day, DAY, request),
    )


def _moved_on(oldest: datetime | None, span: timedelta, request: IntentRequest) -> datetime | None:
    """By what the clock has jumped since, so that the span after it ends when it really does."""
    if oldest is None or request.jumps is None:
        return oldest
    return request.jumps.end_of(span, start=oldest) - span
