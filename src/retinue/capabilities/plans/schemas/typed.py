"""
The typed form of a plan, and what the linter says about its text.

A `Plan` is complete: what the text leaves out has its default here, and
`docs/reference/plan.md` explains each key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

from retinue.foundation.randomness import Random


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number, or one drawn anew at each use between two of them, both included."""

    low: int
    high: int

    def draw(self, rng: Random) -> int:
        return rng.randint(self.low, self.high)

    def happens(self, rng: Random) -> bool:
        """Read the range as a percentage and roll for it. 0 never happens, 100 always."""
        return rng.random() * 100 < self.draw(rng)

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds, or a stretch of them to draw from."""

    low: float
    high: float

    def draw(self, rng: Random) -> float:
        return rng.uniform(self.low, self.high)

    def __str__(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}-{self.high:g}"


class JobKind(StrEnum):
    """The jobs that are carried out. Other jobs of the vocabulary are kept in `Plan.pending`."""

    blogger_followers = "blogger-followers"
    blogger_following = "blogger-following"
    blogger = "blogger"
    hashtag_posts_recent = "hashtag-posts-recent"
    interact_from_file = "interact-from-file"


@dataclass(frozen=True, slots=True)
class FileSource:
    """A list of handles, one a line: a plain file name in the account's folder or in `lists/`."""

    name: str
    count: Range
    """How many people of the file to work on; the file's length is the upper bound."""

    def __str__(self) -> str:
        return f"{self.name} {self.count}"


@dataclass(frozen=True, slots=True)
class Job:
    kind: JobKind
    sources: tuple[str | FileSource, ...]
    """Bare handles or tags, without `@` and `#`; `FileSource` for `interact-from-file` only."""


@dataclass(frozen=True, slots=True)
class Window:
    """`closes` is the first minute outside. A window that closes before it opens goes past midnight."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class WorkingHours:
    timezone: str
    windows: tuple[Window, ...] = ()
    """None at all is the whole day, every day."""
    time_delta: Range = Range(0, 0)
    """Minutes by which one session moves all its windows, either way."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Whom to leave alone. `None` and an empty list ask for nothing."""

    skip_if_private: bool = False
    skip_if_public: bool = False
    skip_business: bool = False
    skip_non_business: bool = False
    skip_following: bool = False
    """People whom the account follows already."""
    skip_follower: bool = False
    """People who follow the account."""
    skip_if_link_in_bio: bool = False
    follow_private_or_empty: bool = False
    """Whether private people and people without posts may be followed."""
    min_followers: int | None = None
    max_followers: int | None = None
    min_followings: int | None = None
    max_followings: int | None = None
    min_potency_ratio: float | None = None
    max_potency_ratio: float | None = None
    """Followers divided by followings; bounds included."""
    min_posts: int | None = None
    blacklist_words: tuple[str, ...] = ()
    mandatory_words: tuple[str, ...] = ()
    """Whole words or phrases of the biography, compared without case."""
    min_likers: int | None = None
    max_likers: int | None = None
    """Likes that a post has; the upper bound is outside."""
    comment_on_media: Mapping[str, bool] = field(default_factory=dict)
    """`photo`, `video`, `carousel`: whether posts of the kind may get a comment; yes where absent."""
    comment_in_job: Mapping[str, bool] = field(default_factory=dict)
    """By `JobKind`: whether the job may comment; yes where absent."""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What one account does in a session.

    Session totals and `interactions_count` are drawn by whoever runs the
    session: totals once per session, the rest at each use. Limits and intervals
    hold an action (`like`, `follow`, `comment`, `view`) only where the text
    sets one.
    """

    jobs: tuple[Job, ...] = ()
    """In the order of the text."""
    pending: tuple[str, ...] = ()
    """Keys of the text that are understood and not carried out yet."""
    filters: Filters = Filters()
    disable_filters: bool = False
    shuffle_jobs: bool = False
    truncate_sources: Range = Range(0, 0)
    """Sources per job, taken at random; 0 is all of them, in the order of the text."""

    interactions_count: Range = Range(30, 50)
    """Successful interactions per source."""
    likes_count: Range = Range(1, 1)
    likes_percentage: Range = Range(100, 100)
    stories_count: Range = Range(0, 0)
    stories_percentage: Range = Range(30, 40)
    max_comments_pro_user: Range = Range(1, 1)
    comment_percentage: Range = Range(0, 0)
    follow_percentage: Range = Range(0, 0)
    follow_limit: Range | None = None
    """Follows per source; none is no limit."""
    interact_percentage: Range = Range(50, 50)
    """Chance to act on the author of a post (`hashtag-posts-recent`)."""

    total_likes_limit: Range = Range(300, 300)
    total_follows_limit: Range = Range(50, 50)
    total_watches_limit: Range = Range(50, 50)
    total_comments_limit: Range = Range(0, 0)
    total_successful_interactions_limit: Range = Range(100, 100)
    total_interactions_limit: Range = Range(1000, 1000)
    """Every opened profile counts."""
    end_if_likes_limit_reached: bool = False
    end_if_follows_limit_reached: bool = False
    end_if_watches_limit_reached: bool = False
    end_if_comments_limit_reached: bool = False

    hourly_limits: Mapping[str, int] = field(default_factory=dict)
    daily_limits: Mapping[str, int] = field(default_factory=dict)
    intervals: Mapping[str, Span] = field(default_factory=dict)
    """Seconds between two actions of the kind, in place of the fleet's spacing."""

    comments: tuple[str, ...] = ()
    """For any post. `{a|b}` is a choice; `service.spin` makes it."""
    comments_by_media: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`photo`, `video`, `carousel`: lines of a section of their own."""

    working_hours: WorkingHours = WorkingHours("UTC")
    repeat: Range | None = None
    """Minutes between two sessions; none is one session."""
    total_sessions: Range | None = None
    """None goes on for ever; counts only with `repeat`."""


class Severity(StrEnum):
    error = "error"
    warning = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about the text. Lines and columns count from 1."""

    line: int
    column: int
    key: str
    """`likes-percentage`, `filters.min_followers`; empty where the text as a whole is meant."""
    severity: Severity
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """`plan` is there exactly when no finding is an error."""

    plan: Plan | None
    findings: tuple[Finding, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    """The text as an object, every value a string, a list or a mapping, as far as it could be read."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.severity is Severity.error)


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """An account's current plan. Version 0 is the default text that nobody has saved."""

    account_id: int
    version: int
    text: str
    plan: Plan
    findings: tuple[Finding, ...]
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit came to. With a dry run `version` is the one that stays."""

    version: int
    text: str
    findings: tuple[Finding, ...]
    config: Mapping[str, Any]
    diff: str
    """Unified; empty when nothing changed."""
    is_saved: bool
