"""What the API takes and gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from retinue.capabilities.ledger.models import EventStatus

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_METADATA_BYTES = 8192


def _a_moment(value: datetime) -> datetime:
    # Compared before the conversion, because that overflows at the ends of the calendar.
    naive = value.replace(tzinfo=None)
    if not _EARLIEST.replace(tzinfo=None) <= naive < _LATEST.replace(tzinfo=None):
        raise ValueError("must lie between 2000 and 2100")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _printable(value: str) -> str:
    handle = value.removeprefix("@")
    if not handle or not handle.isprintable() or handle != handle.strip():
        raise ValueError("must be a printable handle without spaces around it")
    return handle


def _storable(value: dict[str, Any]) -> dict[str, Any]:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        size = len(text.encode())
    except (ValueError, RecursionError) as error:
        raise ValueError("must be plain JSON: no NaN, no Infinity, no broken text") from error
    if "\\u0000" in text:
        raise ValueError("must not contain the NUL character")
    if size > _METADATA_BYTES:
        raise ValueError(f"must be at most {_METADATA_BYTES} bytes as JSON; this is {size}")
    return value


Moment = Annotated[datetime, AfterValidator(_a_moment)]
"""A time between 2000 and 2100; without a zone it is UTC."""
Handle = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_printable)]
"""A handle as a person writes it, with or without `@`."""
ActionName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,19}$", examples=["like"])]
AccountName = Annotated[str, Field(min_length=1, max_length=255)]
Limit = Annotated[int, Field(ge=1, le=1000, description="How many items at most.")]
Cursor = Annotated[
    str | None, Field(max_length=500, description="`next_cursor` of the page before.")
]
Metadata = Annotated[dict[str, Any], AfterValidator(_storable)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InteractionSave(_Body):
    """An interaction that a person recorded by hand."""

    username: Annotated[str, Field(max_length=255), AfterValidator(_printable)]
    action: ActionName
    timestamp: Moment
    account: AccountName | None = None
    status: EventStatus = EventStatus.success
    metadata: Metadata | None = None


class FiltersSave(_Body):
    filters: list[ActionName] = Field(max_length=50, examples=[["like", "follow"]])


class CheckRequest(_Body):
    account_id: int = Field(ge=1, le=2**63 - 1)
    action: ActionName
    targets: list[Handle] = Field(min_length=1, max_length=10_000)


class EventFields(_Body):
    """Which events. `since` is included, `until` is not; a time without a zone is UTC."""

    account_id: int | None = Field(default=None, ge=1, le=2**63 - 1)
    target: Handle | None = None
    action: ActionName | None = None
    status: EventStatus | None = None
    since: Moment | None = None
    until: Moment | None = None
    session_id: str | None = Field(default=None, min_length=1, max_length=36)
    task_id: str | None = Field(default=None, min_length=1, max_length=36)


class EventQuery(EventFields):
    """Which events. `since` is included, `until` is not; a time without a zone is UTC."""

    limit: Limit = 50
    cursor: Cursor = None


class ExportFormat(StrEnum):
    csv = "csv"
    json = "json"


class ExportQuery(EventFields):
    """Which events, and as what. `since` is included, `until` is not; a time without a zone is UTC."""

    format: ExportFormat = ExportFormat.csv


class WhyQuery(_Body):
    account_id: int = Field(ge=1, le=2**63 - 1)
    target: Handle
    action: ActionName | None = None
    limit: Limit = 50
    cursor: Cursor = None


class HistoryQuery(_Body):
    """Which interactions. `account` is a login, or an `account_no` where a login is not unique."""

    account: AccountName | None = None
    action: ActionName | None = None
    since: Moment | None = None
    until: Moment | None = None
    limit: Limit = 50
    cursor: Cursor = None


class CheckedRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    target: str
    allowed: bool
    reason: str | None
    until: datetime | None


class CheckRead(BaseModel):
    account_id: int
    action: str
    scope: str
    """Among which of the own accounts a person counts as engaged."""
    results: list[CheckedRead]


class EventRead(BaseModel):
    """One interaction, as the ledger holds it."""

    id: int
    platform: str
    account_id: int | None
    account: str | None
    target_username: str
    target_id: int | None
    action: str
    status: EventStatus
    reason: str | None
    task_id: str | None
    session_id: str | None
    device_id: int | None
    latency_ms: int | None
    ts: datetime
    metadata: dict[str, Any] | None


class EventExport(BaseModel):
    """All events that fit. `filters` are those that were asked for."""

    exported_at: datetime
    filters: dict[str, Any]
    events: list[EventRead]
    count: int


class CleanedUp(BaseModel):
    """How many rows were removed, and how many abandoned intents have become `unknown`."""

    model_config = ConfigDict(from_attributes=True)

    windows: int
    latest: int
    traces: int
    orphans: int


class SourceRead(BaseModel):
    """A job with its source, and what became of the people that it led to."""

    source: str
    contacted: int
    followed_back: int
    rate: float
    low: float
    high: float
    accounts: int
    """How many of the own accounts have contacted people because of it."""
    first_at: datetime
    last_at: datetime
    """When the first and the last of them were contacted."""


class RuleRead(BaseModel):
    rule: str
    value: Any
    threshold: Any
    verdict: str
    message: str | None = None


class TraceRead(BaseModel):
    """One decision about one person: the rules in the order in which they were asked."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    account_id: int
    target_username: str
    target_id: int | None
    action: str | None
    verdict: str
    rule: str
    rules: list[RuleRead]
    source: str | None
    session_id: str | None
    attempt_id: str | None


class WhyRead(BaseModel):
    """The newest decision first."""

    account_id: int
    target: str
    items: list[TraceRead]
    next_cursor: str | None


class ActionUse(BaseModel):
    """
    Limits of one action and their use, over the last 60 minutes and the last 24 hours.

    For all accounts together `used` is a sum and `left` is null, because limits are an account's.
    """

    per_hour: int
    used_hour: int
    left_hour: int | None
    per_day: int
    used_day: int
    left_day: int | None
    seconds_apart: float
    next_at: datetime | None
    """When the next one is allowed, where that is later than now."""
    cap_per_hour: int
    """What the operator allows; `per_hour` is less while the account is young or in trouble."""
    cap_per_day: int
    reason: str | None
    """Why the limits are less than that, as in `12 of 50 today: day 4 after warm-up`."""


class LimitsRead(BaseModel):
    account: str | None
    limits: dict[str, ActionUse]


class ActionDay(BaseModel):
    total: int
    success: int
    failed: int
    skipped: int
    dedupe_hit: int
    unknown: int
    retry: int
    success_rate: float | None
    """Of those that were tried and whose outcome is known; null where there are none."""


class DayRead(BaseModel):
    """One day in UTC."""

    date: str
    actions: dict[str, ActionDay]


class DailyStatsRead(BaseModel):
    account: str | None
    days: list[DayRead]
