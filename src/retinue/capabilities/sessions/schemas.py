"""What sessions take and give: to callers, to the agent, and between agent and session process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.ledger.schemas.wire import ActionUse, Cursor, EventRead, Limit, Moment
from retinue.capabilities.sessions.models import SessionStatus


class ExitCode(IntEnum):
    """How a session process says what its session came to. Every other code is an accident."""

    completed = 0
    stopped = 10
    failed = 11
    lost = 12
    """Its lease went to somebody else."""
    orphaned = 13
    """Its agent has ended."""


class StopStep(StrEnum):
    ask = "ask"
    terminate = "terminate"
    kill = "kill"


@dataclass(frozen=True, slots=True)
class Sample:
    """A process tree at one moment: percent of one core, MB of resident memory, descendants."""

    cpu_percent: float
    memory_mb: float
    children: int = 0


@dataclass(frozen=True, slots=True)
class Beat:
    """What a session says about itself every few seconds. `alive_at` is its last sign of real work."""

    alive_at: datetime
    counters: Mapping[str, Mapping[str, int]]
    current_job: str | None
    current_target: str | None
    progress: int
    last_error: str | None
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A session that an agent is to bring to life."""

    session_id: str
    account_id: int
    fence: int
    log_name: str
    """Of this account's log, without the ending; no other account's log has it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended and why; `error` is the evidence of a failure, already free of secrets."""

    status: SessionStatus
    reason: str
    error: str | None = None


class AccountName(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(
        min_length=1,
        max_length=255,
        description="The login, or the account_no where a login is not unique.",
        examples=["test_account"],
    )


class SessionQuery(BaseModel):
    """Which sessions. `since` and `until` are of the order to start; a time without a zone is UTC."""

    model_config = ConfigDict(extra="forbid")

    account: str | None = Field(default=None, min_length=1, max_length=255)
    status: list[SessionStatus] = Field(default_factory=list, max_length=8)
    since: Moment | None = None
    until: Moment | None = None
    limit: Limit = 50
    cursor: Cursor = None


class SessionStarted(BaseModel):
    status: str = "success"
    message: str = "Session started"
    session_id: str
    account: str


class SessionStopped(BaseModel):
    status: str = "success"
    message: str = "Session stopped"
    session_id: str
    account: str


class SessionRead(BaseModel):
    id: str
    account_id: int
    account: str
    account_no: str
    status: SessionStatus
    desired_state: str
    requested_by: str
    stop_reason: str | None
    agent: str | None
    plan_version: int | None
    pid: int | None
    current_job: str | None
    current_target: str | None
    progress: int
    counters: dict[str, dict[str, int]]
    last_error: str | None
    created_at: datetime
    started_at: datetime | None
    ends_by: datetime | None
    ended_at: datetime | None
    heartbeat_at: datetime | None


class SessionEventRead(EventRead):
    """One event as the ledger shows it, and the attempt that it is about."""

    attempt_id: str | None


class ProcessRead(BaseModel):
    pid: int
    cpu_percent: float
    memory_mb: float
    children: int


class StatusRead(BaseModel):
    account: str
    session_id: str | None = None
    status: SessionStatus = SessionStatus.stopped
    stop_reason: str | None = None
    pid: int | None = None
    started_at: datetime | None = None
    uptime_seconds: float | None = None
    current_job: str | None = None
    current_target: str | None = None
    counters: dict[str, dict[str, int]] = Field(default_factory=dict)
    limits: dict[str, ActionUse] = Field(default_factory=dict)
    last_error: str | None = None
    health: str
    cooldown_until: datetime | None = None
    processes: list[ProcessRead] = Field(default_factory=list)
    progress: int | None = None


class SampleRead(BaseModel):
    """Percent of one core, and resident memory, of the session's processes together."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    cpu_percent: float
    memory_mb: float
    children: int


class TrendPoint(BaseModel):
    at: datetime
    value: float


class StatsRead(BaseModel):
    account: str
    total_interactions_24h: int
    successful_interactions_24h: int
    failed_interactions_24h: int
    success_rate_24h: float | None
    average_response_time_ms: float | None
    uptime_hours: float
    total_sessions: int
    current_session_duration: float | None
    """Seconds; none while no session runs."""
    memory_usage_trend: list[TrendPoint]
    cpu_usage_trend: list[TrendPoint]
    error_count_24h: int


@dataclass(frozen=True, slots=True)
class SessionFilter:
    account_id: int | None = None
    account_ids: frozenset[int] | None = None
    statuses: tuple[SessionStatus, ...] = ()
    """Any of them; all where there are none."""
    since: datetime | None = None
    """Of the order to start; included."""
    until: datetime | None = None
    """Not included."""
