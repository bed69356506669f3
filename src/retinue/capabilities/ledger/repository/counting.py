"""How much of a limit is used up: the same count for whoever asks and for whoever decides."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, or_

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import attempts

# What was refused, or turned out not to have happened, has used up nothing.
# Written as alternatives, because a list of values is laid out anew at every execution.
COUNTED = or_(
    attempts.c.state == AttemptState.intent,
    attempts.c.state == AttemptState.confirmed,
    attempts.c.state == AttemptState.unknown,
)


def use_columns(hour_ago: Any) -> tuple[ColumnElement[Any], ...]:
    """
    Of the attempts of a day, by one index alone: how many count, of the hour and of the day,
    when the last was, and when the oldest that count.
    """
    in_hour = COUNTED & (attempts.c.started_at > hour_ago)
    return (
        func.count(case((COUNTED, 1))).label("day"),
        func.count(case((in_hour, 1))).label("hour"),
        func.max(attempts.c.started_at).label("last_at"),
        func.min(case((in_hour, attempts.c.started_at))).label("oldest_of_hour"),
        func.min(case((COUNTED, attempts.c.started_at))).label("oldest_of_day"),
    )
