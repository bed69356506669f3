"""What bots send and are answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.warmup.models import ContentType, Phase, PhaseStatus
from retinue.capabilities.warmup.schemas.facts import NextAction
from retinue.foundation.http.schemas import Body

_LARGEST_JSON = 8_000
_Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


def _small(value: dict[str, Any] | None) -> dict[str, Any] | None:
    if value is not None and len(repr(value)) > _LARGEST_JSON:
        message = f"must have at most {_LARGEST_JSON} characters"
        raise ValueError(message)
    return value


class CompleteRequest(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execution_time_ms": 4200,
                    "response": {"media_id": "7301"},
                    "success_score": 92.5,
                }
            ]
        }
    )

    execution_time_ms: int | None = Field(default=None, ge=0, le=86_400_000)
    response: dict[str, Any] | None = Field(
        default=None, description="What the network has answered; never a secret."
    )
    success_score: float | None = Field(
        default=None,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="How well it went, 0 to 100; below 50 the content is not counted as a success.",
    )

    _response_is_small = field_validator("response")(_small)


@dataclass(frozen=True, slots=True)
class Completion:
    """Which phase of which account is done, and what is told of it."""

    account_id: int
    phase: Phase
    told: CompleteRequest


class ErrorReport(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "phase": "post",
                    "error": "upload refused: 503",
                    "details": {"attempt": 1},
                    "retryable": True,
                }
            ]
        }
    )

    phase: Phase
    error: _Text
    details: dict[str, Any] | None = Field(
        default=None, description="What helps to understand it; never a secret."
    )
    retryable: bool = Field(default=True, description="False sends the phase to a person at once.")

    _details_are_small = field_validator("details")(_small)


class NextRead(BaseModel):
    """What the bot may do next, from `at` on (at once where it is null), and the call for it."""

    model_config = ConfigDict(from_attributes=True)

    action: NextAction
    phase: Phase | None
    at: datetime | None
    method: str
    path: str


class PersonaRef(BaseModel):
    id: int
    name: str


class PhaseRead(BaseModel):
    phase: Phase
    status: PhaseStatus
    available_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    retry_count: int
    error_message: str | None
    assignment_id: int | None
    content_assigned_at: datetime | None
    content_missing_at: datetime | None
    """When the persona had nothing left for it, as it was last asked for."""
    execution_time_ms: int | None
    skipped_by: str | None
    bot_id: str | None


class HoldRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    reason: str
    until: datetime | None


class LeaseRead(BaseModel):
    """Who has the account now. Its end moves with every call of the bot that holds it."""

    is_yours: bool
    until: datetime


class WarmupStatus(BaseModel):
    account_id: int
    account_no: str
    login: str
    network: str
    persona: PersonaRef | None
    lifecycle: Lifecycle
    progress_percent: int
    phases: list[PhaseRead]
    next_available_at: datetime | None
    """When the next phase is available; null where none waits for its time."""
    hold: HoldRead | None
    lease: LeaseRead | None
    next: NextRead


class ReadyAccount(BaseModel):
    account_id: int
    account_no: str
    login: str
    network: str
    persona: PersonaRef | None
    lifecycle: Lifecycle
    phase: Phase | None
    status: PhaseStatus | None
    available_at: datetime | None
    is_yours: bool
    """Whether this bot holds the account already."""
    next: NextRead


class ReadyAccounts(BaseModel):
    """What this bot may take now: what it holds first, then phases by how long they wait, then new accounts."""

    items: list[ReadyAccount]
    next: NextRead


class AssignedImage(BaseModel):
    id: int
    category: str
    title: str | None
    tags: list[str]
    media_type: str
    width: int
    height: int
    bytes: int
    sha256: str
    url: str
    """Where the file is, for the bot that holds the assignment."""
    score: Decimal
    parts: dict[str, Any]
    reason: str


class AssignedText(BaseModel):
    id: int
    kind: str
    category: str
    text: str
    score: Decimal
    parts: dict[str, Any]
    reason: str


class AssignedContent(BaseModel):
    """The same at every call, until the phase fails."""

    assignment_id: int
    account_id: int
    phase: Phase
    content_type: ContentType
    category: str
    image: AssignedImage | None
    text: AssignedText | None
    score: Decimal
    """0 to 100, of the image where there is one."""
    parts: dict[str, Any]
    reason: str
    assigned_at: datetime
    next: NextRead
