"""Old readings, summed up and thinned out, one monitor and one day (UTC) at a step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import Bucket
from retinue.capabilities.monitors.repository import histories
from retinue.capabilities.monitors.rules import rollups
from retinue.capabilities.monitors.schemas import METRICS
from retinue.capabilities.settings import service as settings
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database

_AT_ONCE = 200
_STEPS = 20_000
_MOST_OF_A_DAY = 100_000


def roll_up(database: Database, *, clock: Clock, most: int = _STEPS) -> int:
    """
    Sum up every whole day that is older than the settings keep in full, and leave the last reading of
    each hour; then, past the days of hours, the last of each day. How many rows went.

    Each step is a transaction of its own and may be repeated; the next run goes on where this one stopped.
    """
    with database.reading() as db:
        kept = settings.current(db).monitors
    today = rollups.start_of(Bucket.day, clock.now())
    full_until = today - timedelta(days=kept.full_days)
    hours_until = today - timedelta(days=kept.hourly_days)
    gone = _each(database, histories.to_roll, _roll_day, until=full_until, most=most)
    return gone + _each(database, histories.to_thin, _thin, until=hours_until, most=most)


def _each(database: Database, behind: Any, step: Any, *, until: datetime, most: int) -> int:
    gone = after_id = 0
    while most > 0:
        with database.reading() as db:
            rows = behind(db, until=until, after_id=after_id, limit=_AT_ONCE)
        for row in rows:
            is_done = False
            while not is_done and most > 0:
                with database.writing() as db:
                    number, is_done = step(db, row, until)
                gone += number
                most -= 1
        if len(rows) < _AT_ONCE:
            return gone
        after_id = rows[-1].id
    return gone


def _roll_day(db: Session, row: Any, until: datetime) -> tuple[int, bool]:
    """The oldest day that is not summed up yet; how many rows went, and whether that was the last one."""
    fresh = histories.marks(db, row.id)
    first = histories.first_since(db, row.kind, row.id, fresh.rolled_until)
    if first is None or first >= until:
        histories.mark(db, row.id, rolled_until=until)
        return 0, True
    start = rollups.start_of(Bucket.day, first)
    end = start + rollups.DAY
    rows = histories.oldest(db, row.kind, row.id, since=start, until=end, limit=_MOST_OF_A_DAY)
    sums = [
        {
            "monitor_id": row.id,
            "bucket": bucket,
            "metric": one.metric,
            "start": one.start,
            "min": one.min,
            "max": one.max,
            "first": one.first,
            "last": one.last,
            "count": one.count,
        }
        for bucket in Bucket
        for one in rollups.rolled_up(rows, METRICS[row.kind], bucket)
    ]
    histories.put_rollups(db, row.id, sums, start=start, end=end)
    moments = [one.recorded_at for one in rows]
    gone = histories.drop(db, row.kind, row.id, list(rollups.not_last(moments, Bucket.hour)))
    histories.mark(db, row.id, rolled_until=end)
    return gone, end >= until


def _thin(db: Session, row: Any, until: datetime) -> tuple[int, bool]:
    """As `_roll_day`, for days of which only the last reading stays."""
    fresh = histories.marks(db, row.id)
    until = min(until, fresh.rolled_until)
    first = histories.first_since(db, row.kind, row.id, fresh.thinned_until)
    if first is None or first >= until:
        histories.drop_hourly(db, row.id, before=until)
        histories.mark(db, row.id, thinned_until=until)
        return 0, True
    end = rollups.start_of(Bucket.day, first) + rollups.DAY
    rows = histories.oldest(db, row.kind, row.id, since=first, until=end, limit=_MOST_OF_A_DAY)
    moments = [one.recorded_at for one in rows]
    gone = histories.drop(db, row.kind, row.id, list(rollups.not_last(moments, Bucket.day)))
    histories.mark(db, row.id, thinned_until=end)
    return gone, False
