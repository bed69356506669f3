"""What was read, as it is shown: rows, sums by hour and day, growth, and subjects side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.monitors.errors import MonitorNotFound
from retinue.capabilities.monitors.models import Bucket, MonitorKind
from retinue.capabilities.monitors.repository import histories, reading
from retinue.capabilities.monitors.rules import figures, rollups
from retinue.capabilities.monitors.schemas import METRICS, MOST, Span
from retinue.capabilities.monitors.schemas.wire import (
    ComparedPoint,
    ComparedRead,
    EngagementRead,
    FiguresRead,
    GrowthRead,
)
from retinue.capabilities.monitors.service import making
from retinue.capabilities.monitors.service.reading import is_stale
from retinue.foundation.errors import Invalid

_WHOLE = Span()
_PIECE = 5000
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class History:
    """Readings of one subject, the newest first. `monitors` are those that have watched it, the last one first."""

    kind: MonitorKind
    monitors: Sequence[Any]
    rows: Sequence[Any]
    stale: bool

    @property
    def is_of_person(self) -> bool:
        return self.kind is MonitorKind.influencer

    @property
    def subject(self) -> str:
        return str(self.monitors[0].subject)

    @property
    def name(self) -> str:
        return str((self.monitors[0].latest or {}).get("name") or self.subject)

    @property
    def subject_id(self) -> str | None:
        found: str | None = self.monitors[0].subject_id
        return found


def history(
    db: Session,
    kind: MonitorKind,
    subject_id: str,
    *,
    now: datetime,
    span: Span = _WHOLE,
) -> History:
    """
    By the network's id of a person, or the shortcode of a post; at most 1,000 rows.

    Raises:
        MonitorNotFound: it was never monitored, or its id is not known yet.
    """
    found: Sequence[Any]
    if kind is MonitorKind.influencer:
        found = reading.of_subject_id(db, kind, subject_id)
    else:
        row = reading.of_subject(db, kind, subject_id)
        found = [] if row is None else [row]
    if not found:
        what = "user_id" if kind is MonitorKind.influencer else "post_code"
        raise MonitorNotFound(f"{what}: {subject_id[:64]} was never monitored.")
    rows = histories.newest(db, kind, [row.id for row in found], span)
    return History(kind, found, rows, is_stale(found[0], now=now))


def history_of(
    db: Session,
    monitor_id: int,
    *,
    now: datetime,
    span: Span = _WHOLE,
) -> History:
    """
    As `history`, of one monitor by its own id.

    Raises:
        MonitorNotFound
    """
    row = making.get(db, monitor_id)
    rows = histories.newest(db, row.kind, [row.id], span)
    return History(row.kind, [row], rows, is_stale(row, now=now))


def rolled(
    db: Session,
    row: Any,
    bucket: Bucket,
    *,
    metric: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Any]:
    """
    Sums by hour or day (UTC), the oldest first: those that are kept, and for what is newer those of the rows.

    Each has `start, metric, min, max, first, last, count`. Whole spans only: `since` counts from the
    beginning of its own.
    """
    if since is not None:
        since = rollups.start_of(bucket, since)
    live_since = max((one for one in (row.rolled_until, since) if one is not None), default=None)
    kept = histories.rolled(db, row.id, bucket, since=since, until=until)
    live = rollups.rolled_up(
        _rows(db, row, since=live_since, until=until), METRICS[row.kind], bucket
    )
    return [one for one in (*kept, *live) if metric in {None, one.metric}]


def check_metric(kind: MonitorKind, metric: str | None) -> str:
    """The count that is asked for, or the kind's first.

    Raises:
        Invalid: the kind has no such count.
    """
    known = METRICS[kind]
    if metric is None:
        return known[0]
    if metric not in known:
        raise Invalid.field("metric", f"a monitor of this kind has {', '.join(known)}")
    return metric


def figures_of(db: Session, monitor_id: int, *, now: datetime) -> FiguresRead:
    """Growth over a day and a week, and how a post engages.

    Raises:
        MonitorNotFound
    """
    row = making.get(db, monitor_id)
    week = _with_one_before(db, row, since=now - _WEEK)
    day = [one for one in week if one.recorded_at >= now - _DAY]
    if (before := histories.at_or_before(db, row.kind, row.id, now - _DAY)) is not None:
        day = [before, *(one for one in day if one.recorded_at > before.recorded_at)]
    engagement = None
    if row.kind is MonitorKind.post:
        rate, number = figures.engagement(week)
        engagement = EngagementRead(rate=rate, n=number)
    return FiguresRead(
        monitor_id=row.id,
        growth_24h=list(_grown(day, row.kind)),
        growth_7d=list(_grown(week, row.kind)),
        engagement=engagement,
    )


def compare(
    db: Session, ids: Sequence[int], *, metric: str, since: datetime, now: datetime
) -> list[ComparedRead]:
    """
    One count of several monitors since a moment, in the order given. At most 1,000 points each: above
    that, the last of each hour or day.

    Raises:
        MonitorNotFound: one of them is not there.
        Invalid: one of them has no such count.
    """
    compared = []
    for one in dict.fromkeys(ids):
        row = making.get(db, one)
        check_metric(row.kind, metric)
        points = series(db, row, metric, since=since)
        values = [point.value for point in points]
        compared.append(
            ComparedRead(
                monitor_id=row.id,
                subject=row.subject,
                stale=is_stale(row, now=now),
                points=points,
                first=values[0] if values else None,
                last=values[-1] if values else None,
                percent=figures.percent(values[0], values[-1]) if len(values) > 1 else None,
                n=len(values),
            )
        )
    return compared


def series(
    db: Session, row: Any, metric: str, *, since: datetime | None, until: datetime | None = None
) -> list[ComparedPoint]:
    """One count over time, the oldest first, in at most 1,000 points; where it was not known there is none."""
    one_more = Span(MOST + 1, since=since, until=until)
    rows = histories.newest(db, row.kind, [row.id], one_more)
    if len(rows) <= MOST:
        known = ((one.recorded_at, getattr(one, metric)) for one in reversed(rows))
        return [ComparedPoint(at=at, value=value) for at, value in known if value is not None]
    for bucket in (Bucket.hour, Bucket.day):
        found = rolled(db, row, bucket, metric=metric, since=since, until=until)
        if len(found) <= MOST:
            break
    return [ComparedPoint(at=one.start, value=one.last) for one in found[-MOST:]]


def _with_one_before(db: Session, row: Any, *, since: datetime) -> list[Any]:
    """The rows since a moment, and the one before, which says what was true at that moment."""
    before = histories.at_or_before(db, row.kind, row.id, since)
    rows = [one for one in _rows(db, row, since=since, until=None) if one.recorded_at > since]
    return rows if before is None else [before, *rows]


def _rows(
    db: Session, row: Any, *, since: datetime | None, until: datetime | None
) -> Iterator[Any]:
    while True:
        found = histories.oldest(db, row.kind, row.id, since=since, until=until, limit=_PIECE)
        yield from found
        if len(found) < _PIECE:
            return
        since = found[-1].recorded_at + timedelta(microseconds=1)


def _grown(rows: Sequence[Any], kind: MonitorKind) -> Iterator[GrowthRead]:
    for metric in METRICS[kind]:
        found = figures.growth(rows, metric)
        if found is not None:
            yield GrowthRead(
                metric=found.metric,
                since=found.since,
                first=found.first,
                last=found.last,
                change=found.change,
                percent=found.percent,
                per_day=found.per_day,
                n=found.n,
            )
