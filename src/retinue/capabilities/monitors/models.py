from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id


class MonitorKind(StrEnum):
    influencer = "influencer"
    post = "post"


class MonitorStatus(StrEnum):
    active = "active"
    paused = "paused"
    stopped = "stopped"


class Bucket(StrEnum):
    hour = "hour"
    day = "day"


class SourceName(StrEnum):
    tikhub = "tikhub"
    graph = "graph"


class Monitor(Record):
    """
    Whoever works on it holds it until `claimed_until`, under `fence`. While it is held, `due_at` is
    the end of that lease: a worker that is lost gives it back by being late, and one index finds both
    what is due and what was lost. A stopped one keeps its row and its history.
    """

    __tablename__ = "monitors"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index(None, "status", "due_at", "id"),
        Index(None, "kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    kind: Mapped[MonitorKind]
    subject: Mapped[str] = mapped_column(String(100))
    """A user name in lower case, or a shortcode as it is."""
    subject_id: Mapped[str | None] = mapped_column(String(64))
    """The network's own id, once the first reading has told it."""
    interval_seconds: Mapped[int]
    status: Mapped[MonitorStatus]
    source: Mapped[SourceName | None]
    """Where it is read; none follows the settings."""
    due_at: Mapped[datetime]
    is_spread: Mapped[bool] = mapped_column(Boolean, default=False)
    """Put a little later than it was due, because it was one of many that had been missed; once for each run."""
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    last_run_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`{code, class, message}`; nothing after a run that went well."""
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    waiting_why: Mapped[str | None] = mapped_column(String(255))
    """Why it was put back without a run: no budget left, no key."""
    latest: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The last good counts by name, and `name`, `bio`, `source`."""
    watch: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How each count has moved of late, and whether it moves strangely."""
    cadence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`{level, quiet}` where the settings let quiet subjects be read less often."""
    rolled_until: Mapped[datetime | None]
    """Everything before this is in the hourly and daily roll-ups, and only the last row of each hour is kept."""
    thinned_until: Mapped[datetime | None]
    """Before this, only the last row of each day is kept, and only daily roll-ups."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class InfluencerMetricsHistory(Record):
    """One reading of a person. Rows of one monitor lie together, in the order of time."""

    __tablename__ = "influencer_metrics_history"
    __table_args__ = ({"sqlite_with_rowid": False},)

    monitor_id: Mapped[int] = mapped_column(big_id, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    user_id: Mapped[str | None] = mapped_column(String(64))
    username: Mapped[str] = mapped_column(String(100))
    bio: Mapped[str | None] = mapped_column(Text)
    follower_count: Mapped[int | None] = mapped_column(BigInteger)
    following_count: Mapped[int | None] = mapped_column(BigInteger)
    post_count: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(20))


class PostMetricsHistory(Record):
    """One reading of a post."""

    __tablename__ = "post_metrics_history"
    __table_args__ = ({"sqlite_with_rowid": False},)

    monitor_id: Mapped[int] = mapped_column(big_id, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    post_id: Mapped[str | None] = mapped_column(String(64))
    post_code: Mapped[str] = mapped_column(String(64))
    like_count: Mapped[int | None] = mapped_column(BigInteger)
    comment_count: Mapped[int | None] = mapped_column(BigInteger)
    play_count: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(20))


class MetricsRollup(Record):
    """What became of one count within one hour or day (UTC). Without a known value there is no row."""

    __tablename__ = "metrics_rollups"
    __table_args__ = ({"sqlite_with_rowid": False},)

    monitor_id: Mapped[int] = mapped_column(ForeignKey("monitors.id"), primary_key=True)
    bucket: Mapped[Bucket] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(20), primary_key=True)
    start: Mapped[datetime] = mapped_column(primary_key=True)
    min: Mapped[int] = mapped_column(BigInteger)
    max: Mapped[int] = mapped_column(BigInteger)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]
    """Rows with a known value."""


class SpendRow(Record):
    """What reading has cost within one month (UTC). Money is counted in millionths of a dollar."""

    __tablename__ = "metrics_spend"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    cost_micros: Mapped[int] = mapped_column(BigInteger)


class SourceKey(Record):
    """The key of a source, sealed. It is never shown again, only its fingerprint."""

    __tablename__ = "metrics_source_keys"

    source: Mapped[SourceName] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(16))
    changed_by: Mapped[str] = mapped_column(String(190))
    changed_at: Mapped[datetime]
