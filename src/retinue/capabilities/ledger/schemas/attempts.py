"""Attempts as the API gives them, and what it takes to settle one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas.wire import ActionName


class AttemptQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: AttemptState | None = None
    account_id: int | None = Field(default=None, ge=1, lt=2**63)
    action: ActionName | None = None
    session_id: str | None = Field(default=None, max_length=36, pattern=r"^[0-9A-Za-z-]+$")
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class SettleRequest(BaseModel):
    """What a person has seen. `evidence` says where and how; the audit log keeps it."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["confirmed", "absent"]
    evidence: str = Field(
        # PostgreSQL takes no NUL.
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00]*$",
        examples=["The like is there, seen in the app at noon."],
    )


class AttemptRead(BaseModel):
    """One intent to act on a person, and what is known of its outcome."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    account_id: int
    account: str
    network: str
    target_id: int
    target_username: str
    action: str
    object_id: str | None
    state: AttemptState
    source: str | None
    session_id: str | None
    task_id: str | None
    started_at: datetime
    held_until: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    failure: str | None
    phase: str | None
    probes: int
    next_probe_at: datetime | None
    evidence: dict[str, Any] | None
