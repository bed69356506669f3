from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.safety.schemas import ShownState


class StatusCounts(BaseModel):
    success: int = 0
    failed: int = 0
    skipped: int = 0
    retry: int = 0
    dedupe_hit: int = 0
    unknown: int = 0


class Figures(BaseModel):
    total: int
    """Events of every action and status."""
    success_rate: float | None
    """Of the acts whose outcome is known, 0 to 1; null where there are none."""
    dedupe_hits: int
    by_action: dict[str, StatusCounts]


class HourFigures(StatusCounts):
    hour: datetime


class Latency(BaseModel):
    """Of the newest confirmed acts of the last 24 hours, in milliseconds; null where there are none."""

    p50: int | None
    p95: int | None
    samples: int


class CacheFigures(BaseModel):
    """
    Answers to "was this person engaged" in the last 24 hours, of all sessions together.

    `hits` came from memory. Zero for a caller that is restricted to some accounts.
    """

    hits: int
    misses: int
    hit_rate: float | None


class AccountFigures(BaseModel):
    """`total`, `paused` and `by_state` leave retired accounts out."""

    by_state: dict[ShownState, int]
    by_lifecycle: dict[Lifecycle, int]
    paused: int
    total: int


class UnknownFigures(BaseModel):
    count: int
    oldest_at: datetime | None


class LimitFigures(BaseModel):
    """Use of the last 24 hours and the daily limit, summed over active accounts."""

    action: str
    used: int
    limit: int


class SessionFigures(BaseModel):
    running: int
    starting: int
    stopping: int


class Metrics(BaseModel):
    """
    Events are counted by their own time, up to the end of the current hour.

    `hours` are the last 24 in UTC, the oldest first; the last one is not over yet.
    """

    generated_at: datetime
    last_24h: Figures
    last_7d: Figures
    hours: list[HourFigures]
    latency_ms: Latency
    cache: CacheFigures
    accounts: AccountFigures
    open_unknowns: UnknownFigures
    limits_today: list[LimitFigures]
    sessions: SessionFigures
