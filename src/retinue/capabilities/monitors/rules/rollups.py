"""Rows of one monitor, summed up by hour and day. All of it in UTC: a day has 24 hours, whatever people's clocks do."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from retinue.capabilities.monitors.models import Bucket

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SPANS = {Bucket.hour: HOUR, Bucket.day: DAY}


@dataclass(slots=True)
class Rolled:
    start: datetime
    metric: str
    min: int
    max: int
    first: int
    last: int
    count: int

    def take(self, value: int) -> None:
        self.min = min(self.min, value)
        self.max = max(self.max, value)
        self.last = value
        self.count += 1


def start_of(bucket: Bucket, moment: datetime) -> datetime:
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour if bucket is Bucket.hour else hour.replace(hour=0)


def rolled_up(rows: Iterable[Any], metrics: Sequence[str], bucket: Bucket) -> list[Rolled]:
    """`rows` are the oldest first. Where a count was never known in a span, there is nothing for it."""
    found: dict[tuple[datetime, str], Rolled] = {}
    for row in rows:
        start = start_of(bucket, row.recorded_at)
        for metric in metrics:
            value = getattr(row, metric)
            if value is None:
                continue
            known = found.get((start, metric))
            if known is None:
                found[start, metric] = Rolled(start, metric, value, value, value, value, 1)
            else:
                known.take(value)
    return [found[key] for key in sorted(found)]


def not_last(moments: Sequence[datetime], bucket: Bucket) -> Iterator[datetime]:
    """Of moments in order, all but the last of each span: what may go once it is summed up."""
    for moment, following in itertools.pairwise(moments):
        if start_of(bucket, moment) == start_of(bucket, following):
            yield moment
