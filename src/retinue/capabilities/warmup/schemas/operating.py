"""What operators send and see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from retinue.capabilities.access.schemas import TokenCreate
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.warmup.models import ContentType, Phase, PhaseStatus
from retinue.capabilities.warmup.schemas.performing import HoldRead, PersonaRef, PhaseRead
from retinue.foundation.http.schemas import Body, Moment

_Note = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class Decision(StrEnum):
    retry = "retry"
    skip = "skip"


class RetryRequest(Body):
    note: _Note | None = Field(default=None, description="Why; the audit log keeps it.")


class SkipRequest(Body):
    note: _Note = Field(description="Why; the audit log keeps it.")


class ReviewRequest(Body):
    """With a `decision` a review is ended; without one the phase is sent to a person."""

    decision: Decision | None = None
    note: _Note | None = Field(default=None, description="What you have seen; it is kept.")


@dataclass(frozen=True, slots=True)
class PipelineFilter:
    search: str | None = None
    persona_id: int | None = None
    phase: Phase | None = None
    """Accounts whose turn this phase is."""
    status: PhaseStatus | None = None
    """Of the phase whose turn it is."""
    lifecycle: Lifecycle | None = None
    account_ids: frozenset[int] | None = None


class PipelineQuery(Body):
    search: str | None = Field(
        default=None, max_length=100, description="Part of account_no or login."
    )
    persona_id: int | None = Field(default=None, ge=1, lt=2**63)
    phase: Phase | None = Field(default=None, description="Accounts whose turn this phase is.")
    status: PhaseStatus | None = Field(default=None, description="Of the phase whose turn it is.")
    lifecycle: Lifecycle | None = None
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class AssignmentRead(BaseModel):
    """What was chosen for a phase, and why."""

    id: int
    content_id: int | None
    text_id: int | None
    content_type: ContentType
    category: str
    score: float
    reason: str
    parts: dict[str, Any]
    assigned_at: datetime
    used_at: datetime | None
    released_at: datetime | None
    success: bool | None
    performance_score: float | None

    @classmethod
    def of(cls, row: Any) -> AssignmentRead:
        return cls(
            id=row.id,
            content_id=row.content_id,
            text_id=row.text_id,
            content_type=row.content_type,
            category=row.category,
            score=float(row.assignment_score),
            reason=row.assignment_reason,
            parts=row.score_parts,
            assigned_at=row.assigned_at,
            used_at=row.used_at,
            released_at=row.released_at,
            success=row.success,
            performance_score=row.performance_score,
        )


class PipelinePhase(PhaseRead):
    bot: str | None
    """The name of the bot that has worked on it last."""
    assignment: AssignmentRead | None


class PipelineRow(BaseModel):
    account_id: int
    account_no: str
    login: str
    network: str
    persona: PersonaRef | None
    lifecycle: Lifecycle
    progress_percent: int
    phase: Phase | None
    """Whose turn it is; null once all are completed."""
    status: PhaseStatus | None
    next_available_at: datetime | None
    hold: HoldRead | None
    held_by: str | None
    """The bot, or whoever else works with the account now."""
    held_until: datetime | None
    phases: list[PipelinePhase]


class PhaseCount(BaseModel):
    phase: Phase
    status: PhaseStatus
    number: int


class PipelineCounts(BaseModel):
    """How many accounts stand where; `phases` counts those of accounts that are warmed up."""

    ready: int
    warming_up: int
    review: int
    held_by_bots: int
    phases: list[PhaseCount]


class BotCreate(Body):
    """A token of the role bot."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["bot-1"]),
    ]
    expires_at: Moment | None = None
    account_ids: (
        Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=10_000)] | None
    ) = None
    """The only accounts that it may take; every one that is ready unless given."""

    def as_token(self) -> TokenCreate:
        return TokenCreate.model_validate({**self.model_dump(), "role": "bot"})


class BotSessionRead(BaseModel):
    id: int
    bot_id: str
    bot: str | None
    started_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    account_id: int | None
    phase: Phase | None
    calls: int
    errors: int
    address: str | None


class BotRead(BaseModel):
    id: str
    name: str
    prefix: str
    account_ids: list[int] | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_seen_at: datetime | None
    sessions: int
    calls: int
    errors: int
    phases_completed: int
    holds: list[int]
    """The accounts it holds now."""
    session: BotSessionRead | None
    """The one that is open."""


class BotIssued(BaseModel):
    id: str
    name: str
    token: str
    """Shown this once; only its hash is kept."""


class ReportBy(StrEnum):
    persona = "persona"
    category = "category"
    item = "item"


class WarmupReportRow(BaseModel):
    persona_id: int
    persona: str | None
    category: str | None
    content_id: int | None
    text_id: int | None
    assigned: int
    used: int
    released: int
    succeeded: int
    success_rate: float | None
    """Of what was used."""
    average_score: float | None
    average_performance: float | None
    last_assigned_at: datetime | None
