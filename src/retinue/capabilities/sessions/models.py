from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class SessionStatus(StrEnum):
    starting = "starting"
    running = "running"
    stopping = "stopping"
    stopped = "stopped"
    completed = "completed"
    failed = "failed"
    timed_out = "timed_out"
    lost = "lost"


OPEN_STATUSES = (SessionStatus.starting, SessionStatus.running, SessionStatus.stopping)


class EngagementSession(Record):
    """
    One run of one account. `desired_state` is what was asked for, `status` what is so.

    The process is known by pid and birth together: a pid alone is reused.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account_id", "created_at"), Index(None, "status"))

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    agent: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[SessionStatus]
    desired_state: Mapped[str] = mapped_column(String(20))
    """`running` or `stopped`."""
    requested_by: Mapped[str] = mapped_column(String(190))
    stop_reason: Mapped[str | None] = mapped_column(String(255))
    plan_version: Mapped[int | None]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    pid: Mapped[int | None]
    pid_birth: Mapped[str | None] = mapped_column(String(80))
    """As `foundation.birth` tells it, to know the process again."""
    heartbeat_at: Mapped[datetime | None]
    current_job: Mapped[str | None] = mapped_column(String(100))
    current_target: Mapped[str | None] = mapped_column(String(255))
    progress: Mapped[int] = mapped_column(default=0)
    counters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Per action: `{"like": {"success": 3, "failed": 0, "unknown": 0, "dedupe_hit": 1, "skipped": 2}}`."""
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ends_by: Mapped[datetime | None]
    """When the timeout ends it."""
    ended_at: Mapped[datetime | None]


class SessionSample(Record):
    """CPU (percent of one core) and resident memory (MB) of a session's process tree at a heartbeat."""

    __tablename__ = "session_samples"
    __table_args__ = (Index(None, "session_id", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    at: Mapped[datetime]
    cpu_percent: Mapped[float] = mapped_column(Float)
    memory_mb: Mapped[float] = mapped_column(Float)
    children: Mapped[int] = mapped_column(default=0)


class Agent(Record):
    """A process that supervises sessions on one host. Silent for 15 s means not there."""

    __tablename__ = "agents"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    incarnation: Mapped[str] = mapped_column(id_text)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    journals: Mapped[str | None] = mapped_column(id_text)
    """The id of the folder that its sessions write their intents to."""
    reconciled: Mapped[str | None] = mapped_column(id_text)
    """The newest restore of the database after which that folder was read."""
