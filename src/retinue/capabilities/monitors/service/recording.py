"""What runs have found, written down in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.monitors.models import MonitorKind, MonitorStatus
from retinue.capabilities.monitors.repository import schedule, writing
from retinue.capabilities.monitors.rules import anomalies, cadence, intervals
from retinue.capabilities.monitors.schemas import (
    METRICS,
    Anomaly,
    DueMonitor,
    FailedRead,
    Read,
    Recorded,
)
from retinue.capabilities.monitors.service import spending
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import MonitorSettings
from retinue.foundation.redaction import redact

_LONGEST_MESSAGE = 500
_LONGEST_BIO = 10_000


def record(db: Session, reads: Sequence[Read], *, now: datetime) -> Recorded:
    """
    Write a row for each reading, and lay each monitor out for its next run. Up to 500 at once is quick.

    What is not held under its fence any more, or was stopped, is left alone and named in `moved_on`.
    One that was paused meanwhile keeps what was read, and stays paused.
    """
    wanted = settings.current(db).monitors
    run = _Run(wanted, now, spending.stretch(db, wanted, now=now))
    held = schedule.held(db, sorted(one.monitor.id for one in reads))
    for one in reads:
        row = held.pop(one.monitor.id, None)
        if row is None or not _is_held(row, one.monitor):
            run.moved_on.append(one.monitor.id)
        else:
            run.take(one, row)
    for kind, rows in run.rows.items():
        writing.add_rows(db, kind, rows)
    writing.succeed(db, sorted(run.changes, key=lambda change: int(change["monitor"])))
    return Recorded(tuple(run.written), tuple(run.moved_on), tuple(run.anomalies))


def record_failures(db: Session, failures: Sequence[FailedRead], *, now: datetime) -> Recorded:
    """
    Note that these runs have found nothing. No row is written: readers keep the last good numbers,
    marked stale. Each monitor is tried again later and later, up to an hour, and not all at once.
    """
    held = schedule.held(db, sorted(one.monitor.id for one in failures))
    changes: list[dict[str, Any]] = []
    moved_on = []
    for one in failures:
        row = held.pop(one.monitor.id, None)
        if row is None or not _is_held(row, one.monitor):
            moved_on.append(one.monitor.id)
            continue
        number = row.failures + 1
        at = intervals.retry_at(
            row.id,
            row.interval_seconds,
            failures=number,
            now=now,
            retry_after=one.retry_after,
        )
        changes.append(
            {
                "monitor": row.id,
                "held_under": one.monitor.fence,
                "new_due_at": at,
                "new_last_run_at": now,
                "new_failures": number,
                "new_last_error": {
                    "code": one.code,
                    "class": one.failure_class,
                    "message": redact(one.message)[:_LONGEST_MESSAGE],
                },
            }
        )
    writing.fail(db, sorted(changes, key=lambda change: int(change["monitor"])))
    return Recorded(tuple(change["monitor"] for change in changes), tuple(moved_on))


@dataclass
class _Run:
    """One chunk on its way into the database."""

    settings: MonitorSettings
    now: datetime
    stretch: int
    rows: dict[MonitorKind, list[dict[str, Any]]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    moved_on: list[int] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)

    def take(self, read: Read, row: Any) -> None:
        counts = {name: read.counts.get(name) for name in METRICS[read.monitor.kind]}
        self.rows.setdefault(read.monitor.kind, []).append(_row(read, counts))
        watch, is_suspected = self._judged(read, counts, row.watch)
        pace = cadence.after_reading(row.cadence, row.latest, counts)
        self.changes.append(
            {
                "monitor": row.id,
                "held_under": read.monitor.fence,
                "new_due_at": self._next(row, pace, is_suspected=is_suspected),
                "new_last_run_at": self.now,
                "new_last_success_at": read.read_at,
                "new_latest": {
                    **counts,
                    "name": read.name,
                    "bio": _bio(read),
                    "source": read.source,
                },
                "new_watch": watch,
                "new_cadence": pace if self.settings.adaptive else None,
                "new_subject_id": read.subject_id or row.subject_id,
            }
        )
        self.written.append(row.id)

    def _next(self, row: Any, pace: dict[str, Any], *, is_suspected: bool) -> datetime:
        seconds = row.interval_seconds
        if self.settings.adaptive:
            seconds = cadence.effective(seconds, pace, stretch=self.stretch)
        at = intervals.next_due(row.id, seconds, after=self.now)
        return min(at, self.now + anomalies.CONFIRM_WITHIN) if is_suspected else at

    def _judged(
        self, read: Read, counts: dict[str, int | None], before: dict[str, Any] | None
    ) -> tuple[dict[str, Any] | None, bool]:
        if not self.settings.alerts:
            return before, False
        watch = dict(before or {})
        is_suspected = False
        for name, value in counts.items():
            if value is None:
                continue
            found = anomalies.judge(
                watch.get(name), value, at=read.read_at, threshold=self.settings.alert_threshold
            )
            watch[name] = found.watch
            is_suspected |= found.verdict == "suspected"
            self.anomalies += _told(read.monitor, name, value, found)
        return watch, is_suspected


def _told(
    monitor: DueMonitor, name: str, value: int, found: anomalies.Judgement
) -> Iterator[Anomaly]:
    if found.verdict in {"opened", "closed"}:
        yield Anomaly(
            monitor_id=monitor.id,
            kind=monitor.kind,
            subject=monitor.subject,
            metric=name,
            verdict=found.verdict,
            value=value,
            expected=found.expected,
            deviations=round(found.deviations, 1),
            samples=found.samples,
        )


def _is_held(row: Any, monitor: DueMonitor) -> bool:
    return (
        row.fence == monitor.fence
        and row.claimed_by is not None
        and row.status is not MonitorStatus.stopped
    )


def _row(read: Read, counts: dict[str, int | None]) -> dict[str, Any]:
    row = {
        "monitor_id": read.monitor.id,
        "recorded_at": read.read_at,
        "source": read.source,
        **counts,
    }
    if read.monitor.kind is MonitorKind.influencer:
        return {**row, "user_id": read.subject_id, "username": read.name, "bio": _bio(read)}
    return {**row, "post_id": read.subject_id, "post_code": read.monitor.subject}


def _bio(read: Read) -> str | None:
    return None if read.bio is None else read.bio[:_LONGEST_BIO]
