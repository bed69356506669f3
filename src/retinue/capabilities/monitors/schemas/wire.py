"""The shapes under `/api/monitors`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from retinue.capabilities.monitors.models import Bucket, MonitorKind, MonitorStatus, SourceName
from retinue.capabilities.monitors.schemas.v1 import IntervalName
from retinue.capabilities.monitors.schemas.work import Span
from retinue.foundation.http.schemas import Body, Moment

Freshness = Literal["fresh", "stale", "none"]
Metric = Literal[
    "follower_count",
    "following_count",
    "post_count",
    "like_count",
    "comment_count",
    "play_count",
]
_Id = Annotated[int, Field(ge=1, lt=2**63)]


class MonitorCreate(Body):
    kind: MonitorKind
    subject: Annotated[str, Field(min_length=1, max_length=500)]
    """A user name; or a post's URL or shortcode."""
    interval: IntervalName
    source: SourceName | None = None


class MonitorChange(Body):
    interval: IntervalName | None = None
    source: SourceName | None = None
    """Null follows the settings again, where it is given."""


class MonitorError(BaseModel):
    code: str
    failure_class: str
    message: str


class MonitorRead(BaseModel):
    id: int
    kind: MonitorKind
    subject: str
    """The user name in lower case, or the shortcode."""
    subject_id: str | None
    name: str | None
    """As the source writes it."""
    status: MonitorStatus
    interval: str
    interval_seconds: int
    source: str | None
    """Where it is to be read; null follows the settings."""
    next_due_at: datetime | None
    """Null while it is read at this moment, and for what is not active."""
    is_running: bool
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_error: MonitorError | None
    failures: int
    """In a row."""
    waiting_why: str | None
    freshness: Freshness
    stale: bool
    counts: dict[str, int | None]
    counts_source: str | None
    """Where the counts were read."""
    bio: str | None
    strange: list[str]
    """The counts that move unlike themselves, confirmed by a second reading."""
    created_at: datetime
    updated_at: datetime


class MonitorQuery(BaseModel):
    model_config = {"extra": "forbid"}

    kind: MonitorKind | None = None
    status: list[MonitorStatus] = Field(
        default_factory=list, description="Without it, all but the stopped ones."
    )
    stale: bool | None = None
    due: bool | None = Field(None, description="Active and due by now.")
    q: str | None = Field(None, max_length=100, description="Part of the user name or shortcode.")
    sort_by: Literal["created", "due", "subject"] = "created"
    sort_order: Literal["asc", "desc"] = "desc"
    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, max_length=500)


class HistoryQuery(BaseModel):
    model_config = {"extra": "forbid"}

    limit: int = Field(1000, ge=1, le=1000, description="How many readings at most.")
    since: Moment | None = Field(None, description="Not before this.")
    until: Moment | None = Field(None, description="Before this.")
    metric: Metric | None = Field(
        None, description="Which count a chart shows; the kind's first one unless it is said."
    )

    @property
    def span(self) -> Span:
        return Span(self.limit, since=self.since, until=self.until)


class PagedHistoryQuery(HistoryQuery):
    cursor: str | None = Field(None, max_length=500)


class HistoryItem(BaseModel):
    """The counts of the monitor's kind; those of the other kind are not there."""

    recorded_at: datetime
    follower_count: int | None = None
    following_count: int | None = None
    post_count: int | None = None
    bio: str | None = None
    like_count: int | None = None
    comment_count: int | None = None
    play_count: int | None = None
    source: str


class HistoryRead(BaseModel):
    monitor_id: int
    kind: MonitorKind
    subject: str
    subject_id: str | None
    stale: bool
    items: list[HistoryItem]
    """The newest first."""
    next_cursor: str | None = None


class RollupQuery(BaseModel):
    model_config = {"extra": "forbid"}

    bucket: Bucket = Bucket.hour
    since: Moment | None = None
    until: Moment | None = None
    metric: Metric | None = None


class RollupRead(BaseModel):
    start: datetime
    metric: str
    min: int
    max: int
    first: int
    last: int
    count: int
    """Readings with a known value."""


class RollupsRead(BaseModel):
    monitor_id: int
    bucket: Bucket
    items: list[RollupRead]
    """The oldest first."""


class GrowthRead(BaseModel):
    """How a count has changed over a span. `n` readings stand behind it."""

    metric: str
    since: datetime
    first: int
    last: int
    change: int
    percent: float | None
    """Null where it began at 0."""
    per_day: float | None
    n: int


class EngagementRead(BaseModel):
    """Likes and comments for each play, as of the last reading; null where one of them is not known."""

    rate: float | None
    n: int
    """Readings of the span that tell all three."""


class FiguresRead(BaseModel):
    monitor_id: int
    growth_24h: list[GrowthRead]
    growth_7d: list[GrowthRead]
    engagement: EngagementRead | None
    """Of posts only."""


class ComparedPoint(BaseModel):
    at: datetime
    value: int


class ComparedRead(BaseModel):
    monitor_id: int
    subject: str
    stale: bool
    points: list[ComparedPoint]
    """The oldest first; where the count was not known there is none."""
    first: int | None
    last: int | None
    percent: float | None
    n: int


class ComparisonRead(BaseModel):
    metric: str
    since: datetime
    items: list[ComparedRead]


class CompareQuery(BaseModel):
    model_config = {"extra": "forbid"}

    ids: list[_Id] = Field(min_length=1, max_length=20)
    metric: Metric
    since: Moment | None = Field(None, description="Seven days ago unless it is said.")


class MonitorBulkFilter(Body):
    kind: MonitorKind | None = None
    status: list[MonitorStatus] = Field(default_factory=list)
    stale: bool | None = None
    due: bool | None = None
    q: str | None = Field(None, max_length=100)


class MonitorBulkRequest(Body):
    action: Literal["pause", "resume", "stop"]
    ids: Annotated[list[_Id], Field(min_length=1, max_length=1000)] | None = None
    filter: MonitorBulkFilter | None = None
    dry_run: bool = False


class MonitorBulkRow(BaseModel):
    id: int
    outcome: Literal["changed", "unchanged", "refused", "not_found"]
    status: MonitorStatus | None
    reason: str | None


class MonitorBulkReport(BaseModel):
    action: str
    dry_run: bool
    matched: int
    changed: int
    unchanged: int
    refused: int
    rows: list[MonitorBulkRow]
    """What was refused first, at most 1,000."""
    rows_omitted: int
