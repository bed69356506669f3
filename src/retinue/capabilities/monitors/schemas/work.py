"""What passes between monitors and whoever reads for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from retinue.capabilities.monitors.models import MonitorKind
from retinue.drivers.metrics.protocol import Reading

METRICS: Mapping[MonitorKind, tuple[str, ...]] = {
    MonitorKind.influencer: ("follower_count", "following_count", "post_count"),
    MonitorKind.post: ("like_count", "comment_count", "play_count"),
}
"""The counts of each kind, the one that matters most first."""


MOST = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a history: the newest `limit` of the rows that are not before `since` and are before `until`."""

    limit: int = MOST
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueMonitor:
    """A monitor that is held by whoever has claimed it, until `claimed_until` and under `fence`."""

    id: int
    kind: MonitorKind
    subject: str
    subject_id: str | None
    interval_seconds: int
    source: str | None
    """Where it wants to be read; none follows the settings."""
    due_at: datetime
    claimed_until: datetime
    fence: int
    failures: int


@dataclass(frozen=True, slots=True)
class Read:
    """What one run has found. A count that the source did not tell is None, or not there at all."""

    monitor: DueMonitor
    subject_id: str | None
    name: str
    counts: Mapping[str, int | None]
    source: str
    read_at: datetime
    bio: str | None = None

    @classmethod
    def of(cls, monitor: DueMonitor, reading: Reading) -> Read:
        """What a source has answered for a monitor."""
        is_person = monitor.kind is MonitorKind.influencer
        return cls(
            monitor=monitor,
            subject_id=reading.user_id if is_person else reading.post_id,
            name=reading.name,
            counts={name: getattr(reading, name) for name in METRICS[monitor.kind]},
            source=reading.source,
            read_at=reading.read_at,
            bio=reading.bio if is_person else None,
        )


@dataclass(frozen=True, slots=True)
class FailedRead:
    """A run without numbers. `retry_after` is what the source has asked for, in seconds."""

    monitor: DueMonitor
    code: str
    failure_class: str
    message: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Anomaly:
    """
    A count that moves unlike itself. `opened` comes once, after a second reading has confirmed it;
    `closed` once it has been calm for two readings.
    """

    monitor_id: int
    kind: MonitorKind
    subject: str
    metric: str
    verdict: Literal["opened", "closed"]
    value: int
    expected: int
    deviations: float
    """How many times further from its usual change than is usual."""
    samples: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a chunk of readings."""

    written: tuple[int, ...]
    """Monitors that have a new row."""
    moved_on: tuple[int, ...]
    """Monitors that somebody else holds by now, or that were stopped: nothing was written."""
    anomalies: tuple[Anomaly, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """Money of one month (UTC). Without a limit nothing is ever spent up."""

    month: str
    limit: Decimal | None
    spent: Decimal
    calls: int
    projected: Decimal
    """By the end of the month, if all that is active now goes on as it is."""
    is_spent: bool
    """Nothing more is to be bought before the month is over."""
    resumes_at: datetime
    by_source: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    kind: MonitorKind
    name: str


@dataclass(frozen=True, slots=True)
class MonitorFilter:
    kind: MonitorKind | None = None
    statuses: tuple[str, ...] = ()
    stale: bool | None = None
    due: bool | None = None
    q: str | None = None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What one act did to one of many monitors."""

    id: int
    outcome: Literal["changed", "unchanged", "refused", "not_found"]
    status: str | None = None
    reason: str | None = None
