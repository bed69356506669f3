from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from retinue.capabilities.alerts.models import (
    AlertKind,
    AlertState,
    DeliveryState,
    News,
    Severity,
)

NAME = r"^[^\x00-\x1f\x7f]+$"


@dataclass(frozen=True, slots=True)
class Incident:
    """
    What has gone wrong. `key` makes it one and the same however often it is seen; `subject` is
    (kind, id). `details` are facts for a person, never a secret.
    """

    key: str
    kind: AlertKind
    severity: Severity
    subject: tuple[str, str]
    message: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent, taken by this process until its lease ends."""

    delivery_id: int
    channel_id: int
    attempts: int
    url: str = field(repr=False)
    title: str
    body: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes a channel, and whether what is sent may leave this machine."""

    actor: str
    may_leave: bool


@dataclass(frozen=True, slots=True)
class AlertFilter:
    states: tuple[AlertState, ...] = ()
    """Any of these; all where there are none."""
    kind: AlertKind | None = None
    severity: Severity | None = None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AlertQuery(_Body):
    state: list[AlertState] = Field(default=[], description="May be repeated.")
    kind: AlertKind | None = None
    severity: Severity | None = None
    limit: int = Field(default=50, ge=1, le=1000, description="How many alerts at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class AlertRead(BaseModel):
    """One incident, as long as it lasts and afterwards."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    key: str
    kind: AlertKind
    severity: Severity
    state: AlertState
    subject_kind: str
    subject_id: str
    message: str
    details: dict[str, Any]
    opened_at: datetime
    last_seen_at: datetime
    times: int = Field(description="How often it has been seen since it was opened.")
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None


class DeliveryRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    channel_id: int
    news: News
    state: DeliveryState
    attempts: int
    due_at: datetime
    error: str | None
    created_at: datetime
    ended_at: datetime | None


class AlertDetail(AlertRead):
    deliveries: list[DeliveryRead]


class ChannelCreate(_Body):
    name: str = Field(min_length=1, max_length=100, pattern=NAME)
    url: SecretStr = Field(
        min_length=4,
        max_length=2000,
        description="An Apprise URL, `json://127.0.0.1:9000/alerts` say. Kept sealed, never shown.",
    )
    min_severity: Severity = Field(
        default=Severity.warning, description="What is less severe is not sent here."
    )
    enabled: bool = True


class ChannelChange(_Body):
    """What is left out stays as it is."""

    name: str | None = Field(default=None, min_length=1, max_length=100, pattern=NAME)
    url: SecretStr | None = Field(default=None, min_length=4, max_length=2000)
    min_severity: Severity | None = None
    enabled: bool | None = None


class ChannelRead(BaseModel):
    """Never the URL."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    service: str = Field(description="The scheme of its URL: `json`, `slack`, `mailtos`.")
    min_severity: Severity
    enabled: bool
    created_at: datetime
    last_sent_at: datetime | None = Field(description="When something last arrived there.")
    last_error: str | None = Field(description="Why the newest try has failed.")
